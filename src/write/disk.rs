//! Single steps on the disk, each with an error that names the path.
//!
//! In: paths inside the output or its staging folder. Out: the step done, or a `DiskError` in an author's words.
//!
//! Invariant: no step follows a symlink in the last part of its path; folders on the way are ours or were looked at before.

use std::fs::{self, DirBuilder, File, Metadata, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::{error, fmt};

use xxhash_rust::xxh3::Xxh3;

use crate::base::fingerprint::Fingerprint;

/// A step on the disk that failed.
#[derive(Debug)]
pub struct DiskError {
    /// What was tried, as it follows "Cannot": `write`, `read`, `remove` …
    pub doing: &'static str,
    /// Where.
    pub path: PathBuf,
    /// What the system said.
    pub source: io::Error,
}

impl fmt::Display for DiskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { doing, path, source } = self;
        let advice = match source.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "Free some space and build again.",
            ErrorKind::PermissionDenied => {
                "Make it and the folder around it readable and writable for you, or choose another output with -o."
            }
            ErrorKind::ReadOnlyFilesystem => "That disk can only be read; choose another output with -o.",
            ErrorKind::NotFound => "Something else changed the folder meanwhile; build again.",
            _ => "Build again; if it happens again, choose another output with -o.",
        };
        write!(f, "Cannot {doing} `{}`: {source}. {advice}", path.display())
    }
}

impl error::Error for DiskError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        Some(&self.source)
    }
}

/// Adds to an error what was tried, and where.
pub(super) trait At<T> {
    fn at(self, doing: &'static str, path: &Path) -> Result<T, DiskError>;
}

impl<T> At<T> for io::Result<T> {
    fn at(self, doing: &'static str, path: &Path) -> Result<T, DiskError> {
        self.map_err(|source| DiskError { doing, path: path.to_owned(), source })
    }
}

/// Called after each change on the disk; tests end a build there, as a kill would.
pub(super) type Tick<'a> = &'a (dyn Fn(&'static str) + Sync);

/// Whether files and folders come out 0644 and 0755 by themselves, or the process's umask takes bits away.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Modes {
    AsCreated,
    Repair,
}

impl Modes {
    /// Creates a folder and sees which bits it got.
    pub(super) fn probe(folder: &Path) -> Result<Self, DiskError> {
        create_folder(folder, Self::AsCreated)?;
        let modes = if has_all_bits(&fs::symlink_metadata(folder).at("read", folder)?) { Self::AsCreated } else { Self::Repair };
        modes.repair(folder, 0o755);
        Ok(modes)
    }

    /// Best effort: a file system without modes keeps its own.
    fn repair(self, path: &Path, mode: u32) {
        if self == Self::Repair {
            set_mode(path, mode);
        }
    }
}

#[cfg(unix)]
fn has_all_bits(meta: &Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    meta.permissions().mode() & 0o755 == 0o755
}

#[cfg(not(unix))]
fn has_all_bits(_: &Metadata) -> bool {
    true
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    let _ = fs::set_permissions(path, fs::Permissions::from_mode(mode));
}

#[cfg(not(unix))]
fn set_mode(_: &Path, _: u32) {}

/// Creates one folder, 0755; one that is there already is fine.
pub(super) fn create_folder(path: &Path, modes: Modes) -> Result<(), DiskError> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o755);
    match builder.create(path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists && look(path)?.is_some_and(|meta| meta.is_dir()) => return Ok(()),
        other => other.at("create the folder", path)?,
    }
    modes.repair(path, 0o755);
    Ok(())
}

/// Creates a file that is not there yet, 0644.
pub(super) fn create_file(path: &Path, modes: Modes) -> Result<File, DiskError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o644);
    let file = options.open(path).at("write", path)?;
    modes.repair(path, 0o644);
    Ok(file)
}

/// Writes a file that is not there yet.
pub(super) fn write_file(path: &Path, bytes: &[u8], modes: Modes) -> Result<(), DiskError> {
    create_file(path, modes)?.write_all(bytes).at("write", path)
}

/// Opens a regular file for reading; a symlink or a pipe is an error, and never waited for.
pub(super) fn open_regular(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed());
    }
    let file = options.open(path)?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(io::Error::other("it is not a plain file")) }
}

/// Reads a regular file whole.
pub(super) fn read_regular(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open_regular(path)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// What a file's bytes are: their fingerprint and their number.
pub(super) type Print = (Fingerprint, u64);

/// The fingerprint and size of a file, read in pieces.
pub(super) fn print_of(path: &Path) -> Result<Print, DiskError> {
    open_regular(path).and_then(|file| pour(file, &mut io::sink())).at("read", path)
}

/// Copies a file into one that is not there yet; gives what was written, whatever happens to the source meanwhile.
pub(super) fn copy_file(from: &Path, to: &Path, modes: Modes) -> Result<Print, DiskError> {
    let source = open_regular(from).at("read", from)?;
    pour(source, &mut create_file(to, modes)?).at("write", to)
}

/// The fingerprint and size of a text in pieces.
pub(super) fn print_of_pieces(pieces: impl Iterator<Item = String>) -> Print {
    let mut size = 0;
    let print = Fingerprint::of_pieces(pieces.inspect(|piece| size += piece.len() as u64));
    (print, size)
}

/// Writes a file that is not there yet, a piece at a time.
pub(super) fn write_pieces(path: &Path, pieces: impl Iterator<Item = String>, modes: Modes) -> Result<Print, DiskError> {
    let mut file = create_file(path, modes)?;
    let mut written = Ok(());
    let print = print_of_pieces(pieces.take_while(|piece| {
        written = file.write_all(piece.as_bytes());
        written.is_ok()
    }));
    written.at("write", path).map(|()| print)
}

fn pour(mut from: impl Read, to: &mut impl Write) -> io::Result<Print> {
    let (mut state, mut size) = (Xxh3::new(), 0);
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match from.read(&mut buffer) {
            Ok(0) => return Ok((Fingerprint(state.digest128()), size)),
            Ok(count) => {
                state.update(&buffer[..count]);
                to.write_all(&buffer[..count])?;
                size += count as u64;
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// Gives a file a second name; copies it, with its time, where the file system has no second names.
pub(super) fn carry(from: &Path, to: &Path, modes: Modes) -> Result<(), DiskError> {
    match fs::hard_link(from, to) {
        Ok(()) => Ok(()),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::StorageFull | ErrorKind::AlreadyExists) => {
            Err(error).at("carry over", from)
        }
        Err(_) => {
            copy_file(from, to, modes)?;
            let time = fs::symlink_metadata(from).and_then(|meta| meta.modified()).at("read", from)?;
            File::options().write(true).open(to).and_then(|file| file.set_modified(time)).at("write", to)
        }
    }
}

/// What is at a path, itself and not what it leads to; `None` where nothing is.
pub(super) fn look(path: &Path) -> Result<Option<Metadata>, DiskError> {
    match fs::symlink_metadata(path) {
        Ok(meta) => Ok(Some(meta)),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(error).at("read", path),
    }
}

/// Whether names may be given and taken in a folder; otherwise why not.
#[cfg(unix)]
pub(super) fn may_write(folder: &Path) -> Result<(), DiskError> {
    use rustix::fs::{Access, AtFlags, CWD, accessat};
    match accessat(CWD, folder, Access::WRITE_OK | Access::EXEC_OK, AtFlags::EACCESS) {
        // Where nobody can be asked beforehand, the move will tell.
        Err(rustix::io::Errno::NOSYS) => Ok(()),
        other => other.map_err(io::Error::from).at("write to", folder),
    }
}

/// Whether names may be given and taken in a folder; found out by trying.
#[cfg(not(unix))]
pub(super) fn may_write(_: &Path) -> Result<(), DiskError> {
    Ok(())
}

/// Renames; on one file system this is one step.
pub(super) fn rename(from: &Path, to: &Path) -> Result<(), DiskError> {
    fs::rename(from, to).at("move a file to", to)
}

/// Renames to a name that nothing has; gives whether it did, since something may have come to be there meanwhile.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
pub(super) fn rename_new(from: &Path, to: &Path) -> Result<bool, DiskError> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    use rustix::io::Errno;
    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        Ok(()) => Ok(true),
        Err(Errno::EXIST) => Ok(false),
        // The file system cannot promise it; the answer of a look right before has to do.
        Err(error) if [Errno::INVAL, Errno::NOSYS, Errno::NOTSUP, Errno::OPNOTSUPP].contains(&error) => rename(from, to).map(|()| true),
        Err(error) => Err(error.into()).at("move a file to", to),
    }
}

/// Renames to a name that had nothing a moment ago.
#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
pub(super) fn rename_new(from: &Path, to: &Path) -> Result<bool, DiskError> {
    rename(from, to).map(|()| true)
}

/// Removes a file's name; one that is gone already is fine, and a folder stays.
pub(super) fn unlink(path: &Path) -> Result<(), DiskError> {
    match fs::remove_file(path) {
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::IsADirectory) => Ok(()),
        // Some systems answer "not permitted" when asked to unlink a folder.
        Err(_) if look(path)?.is_some_and(|meta| meta.is_dir()) => Ok(()),
        other => other.at("remove", path),
    }
}

/// Removes a folder if it is empty; leaves it otherwise.
pub(super) fn remove_if_empty(path: &Path) -> Result<(), DiskError> {
    match fs::remove_dir(path) {
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::NotFound | ErrorKind::DirectoryNotEmpty | ErrorKind::AlreadyExists | ErrorKind::NotADirectory
            ) =>
        {
            Ok(())
        }
        other => other.at("remove", path),
    }
}

/// Removes a tree that holds nothing but what we made and second names of files that are elsewhere.
pub(super) fn discard(tree: &Path) -> Result<(), DiskError> {
    match fs::remove_dir_all(tree) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        other => other.at("remove", tree),
    }
}

/// Whether two answers of the disk speak of one file.
#[cfg(unix)]
pub(super) fn same_file(one: &Metadata, other: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

/// Whether two answers of the disk speak of one file; unknown here, so never.
#[cfg(not(unix))]
pub(super) fn same_file(_: &Metadata, _: &Metadata) -> bool {
    false
}

/// Whether things can be renamed between two folders: they are on one file system and in one mount of it.
#[cfg(unix)]
pub(super) fn same_mount(one: &Path, other: &Path) -> Result<bool, DiskError> {
    use std::os::unix::fs::MetadataExt;
    let device = |path: &Path| fs::symlink_metadata(path).at("read", path).map(|meta| meta.dev());
    let apart = matches!((mount(one), mount(other)), (Some(one), Some(other)) if one != other);
    Ok(device(one)? == device(other)? && !apart)
}

/// Whether things can be renamed between two folders; found out by trying.
#[cfg(not(unix))]
pub(super) fn same_mount(_: &Path, _: &Path) -> Result<bool, DiskError> {
    Ok(true)
}

/// The mount that a folder is in, where the kernel tells: two mounts of one file system refuse renames between them.
#[cfg(target_os = "linux")]
fn mount(path: &Path) -> Option<u64> {
    use rustix::fs::{AtFlags, CWD, StatxFlags, statx};
    let answer = statx(CWD, path, AtFlags::SYMLINK_NOFOLLOW, StatxFlags::MNT_ID).ok()?;
    StatxFlags::from_bits_retain(answer.stx_mask).contains(StatxFlags::MNT_ID).then_some(answer.stx_mnt_id)
}

#[cfg(all(unix, not(target_os = "linux")))]
fn mount(_: &Path) -> Option<u64> {
    None
}
