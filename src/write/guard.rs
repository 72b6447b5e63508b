//! Which folders may be an output.
//!
//! In: the folder that was asked for, the project, its content and the home folder. Out: an `Output`, or a `Refusal` that says
//! what to do instead.
//!
//! A folder is an output when it is missing, when it has our manifest, or when it holds nothing but entries whose name starts
//! with a dot (`.git`, `.gitignore`, `.nojekyll`, `.well-known` …) and the files of hosts in `HOST_FILES`. `robots.txt` is not one
//! of them, because every site of ours has its own.
//!
//! Invariant: nothing is changed here, and real paths are compared, so that no symlink hides where an output leads.

use std::ffi::OsString;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};
use std::{error, fmt, fs};

use super::disk::{At, DiskError, look};
use super::manifest::{MANIFEST, Manifest, Reading, STATE};
use crate::base::path::OutPath;

/// Files that owners put beside a site for its host; a folder with only these and dot entries can be taken over.
const HOST_FILES: [&str; 3] = ["CNAME", "_headers", "_redirects"];

/// How a finished tree gets to its place.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Way {
    /// In one step where the file system can, file by file otherwise.
    #[default]
    Exchange,
    /// Staged beside the output, moved file by file.
    Files,
    /// Staged inside the output, moved file by file: for a folder in which nothing can be made beside the output.
    FilesInside,
}

/// A folder that may be written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Output {
    path: PathBuf,
    pub(super) way: Way,
}

impl Output {
    /// The folder by its real path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The folder beside the output in which a build is staged; there only while one runs, or after one was killed.
    pub fn staging(&self) -> PathBuf {
        let mut name = OsString::from(".");
        name.push(self.path.file_name().unwrap_or_default());
        name.push(".fourfold-staging");
        self.path.with_file_name(name)
    }

    /// The folder inside the output from which files are moved one by one.
    pub(super) fn inner_staging(&self) -> PathBuf {
        self.path.join(STATE).join("staging")
    }

    /// Publishes in this way, whatever the file system could do.
    #[must_use]
    pub fn by(mut self, way: Way) -> Self {
        self.way = way;
        self
    }
}

/// Why nothing was published.
#[derive(Debug)]
pub enum Refusal {
    /// The output is the root of the file system.
    FileSystemRoot,
    /// The output is the home folder, or holds it.
    Home(PathBuf),
    /// The output is the project's folder, or holds it.
    Project(PathBuf),
    /// The output is the content folder, or holds it.
    Content(PathBuf),
    /// The output, or something on the way to it, is not a folder.
    NotAFolder(PathBuf),
    /// The output holds things that we did not write, and no manifest of ours.
    NotOurs {
        /// The output.
        out: PathBuf,
        /// One of the things in it.
        stranger: String,
    },
    /// The output was written by a later version in a format that this one does not know.
    Newer {
        /// The output.
        out: PathBuf,
        /// That version.
        generator: String,
    },
    /// Something that we did not write is where a file of the site belongs.
    Occupied {
        /// What is in the way.
        path: PathBuf,
    },
    /// One file of the site is where another needs a folder, or two have one path.
    Clash {
        /// The file.
        file: OutPath,
        /// What needs its place.
        other: OutPath,
    },
    /// A file of the site is where our own state lies.
    Reserved(OutPath),
    /// Another build is writing to the same output.
    Busy(PathBuf),
    /// The disk said no.
    Disk(DiskError),
}

impl From<DiskError> for Refusal {
    fn from(error: DiskError) -> Self {
        Self::Disk(error)
    }
}

impl error::Error for Refusal {}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FileSystemRoot => write!(f, "The output cannot be `/`, which holds the whole machine. Choose another folder with -o."),
            Self::Home(out) => {
                write!(f, "The output `{}` is your home folder or holds it. Choose a folder of its own with -o.", out.display())
            }
            Self::Project(out) => {
                write!(f, "The output `{}` is the project's folder or holds it. Choose a folder of its own with -o.", out.display())
            }
            Self::Content(out) => {
                write!(f, "The output `{}` is the content folder or holds it. Choose a folder of its own with -o.", out.display())
            }
            Self::NotAFolder(path) => {
                write!(f, "`{}` is in the way: it is not a folder. Move it, or choose another output with -o.", path.display())
            }
            Self::NotOurs { out, stranger } => write!(
                f,
                "The output `{}` holds files that fourfold did not write, such as `{stranger}`; nothing was changed. \
                 To use this folder, empty it first (names that start with a dot may stay), or choose another with -o.",
                out.display()
            ),
            Self::Newer { out, generator } => write!(
                f,
                "The output `{}` was written by fourfold {generator}, which is newer than this one; nothing was changed. \
                 Update fourfold, or empty the folder, or choose another with -o.",
                out.display()
            ),
            Self::Occupied { path } => write!(
                f,
                "`{}` is where a page or file of the site belongs, but fourfold did not write it; nothing was changed. \
                 Move it away (into the content, if it belongs to the site), or choose another output with -o.",
                path.display()
            ),
            Self::Clash { file, other } if file == other => write!(f, "Two files of the site have the path `{file}`. Rename one of them."),
            Self::Clash { file, other } => {
                write!(
                    f,
                    "The site cannot have both the file `{file}` and the file `{other}` in a folder of that name. Rename one of them."
                )
            }
            Self::Reserved(path) => write!(f, "The site cannot have the file `{path}`: `{STATE}` is kept for fourfold. Rename it."),
            Self::Busy(out) => {
                write!(f, "Another build is writing to `{}`. Wait until it is done, then build again.", out.display())
            }
            Self::Disk(error) => error.fmt(f),
        }
    }
}

/// Takes a folder as the output, if writing it can harm nothing that is not ours.
pub fn check(out: &Path, project_root: &Path, content: &Path, home: Option<&Path>) -> Result<Output, Refusal> {
    let path = real(out)?;
    if path.file_name().is_none() {
        return Err(Refusal::FileSystemRoot);
    }
    let holds = |other: &Path| real(other).unwrap_or_else(|_| other.to_owned()).starts_with(&path);
    if home.is_some_and(holds) {
        return Err(Refusal::Home(path));
    }
    if holds(content) && !holds(project_root) {
        return Err(Refusal::Content(path));
    }
    if holds(project_root) {
        return Err(Refusal::Project(path));
    }
    match look(&path)? {
        None => {}
        Some(meta) if meta.is_dir() => check_folder(&path)?,
        Some(_) => return Err(Refusal::NotAFolder(path)),
    }
    Ok(Output { path, way: Way::default() })
}

/// The manifest of a tree that may be ours; an unknown format refuses.
pub(super) fn manifest_of(tree: &Path) -> Result<Reading, Refusal> {
    match Manifest::load(tree)? {
        Reading::Newer { generator } => Err(Refusal::Newer { out: tree.to_owned(), generator }),
        reading => Ok(reading),
    }
}

fn check_folder(out: &Path) -> Result<(), Refusal> {
    if manifest_of(out)? != Reading::Missing {
        return Ok(());
    }
    // A first build that was killed while it moved files one by one: its manifest waits inside.
    if look(&out.join(STATE).join("staging/whole").join(MANIFEST))?.is_some() {
        return Ok(());
    }
    let mut strangers = Vec::new();
    for entry in fs::read_dir(out).at("read", out)? {
        let name = entry.at("read", out)?.file_name();
        let name = name.to_string_lossy();
        if !name.starts_with('.') && !HOST_FILES.contains(&&*name) {
            strangers.push(name.into_owned());
        }
    }
    match strangers.into_iter().min() {
        Some(stranger) => Err(Refusal::NotOurs { out: out.to_owned(), stranger }),
        None => Ok(()),
    }
}

/// The real path of what exists, followed by what does not.
fn real(path: &Path) -> Result<PathBuf, Refusal> {
    let path = std::path::absolute(path).at("find", path)?;
    for here in path.ancestors() {
        match fs::canonicalize(here) {
            Ok(mut real) => {
                for part in path.strip_prefix(here).expect("an ancestor is a prefix").components() {
                    match part {
                        Component::ParentDir => drop(real.pop()),
                        Component::CurDir => {}
                        part => real.push(part),
                    }
                }
                return Ok(real);
            }
            // A symlink that leads nowhere: what it would lead to later is anybody's guess.
            Err(error) if error.kind() == ErrorKind::NotFound && look(here)?.is_none() => {}
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                return Err(Refusal::NotAFolder(here.to_owned()));
            }
            Err(error) => return Err(error).at("read", here)?,
        }
    }
    Ok(path)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]
mod tests {
    use super::*;

    /// A home with a project in it: `home/project/content`.
    fn project() -> (tempfile::TempDir, PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap().join("home/project");
        fs::create_dir_all(root.join("content/vision")).unwrap();
        fs::write(root.join("handbook.toml"), "").unwrap();
        (dir, root)
    }

    fn verdict(root: &Path, out: &Path) -> Result<Output, Refusal> {
        check(out, root, &root.join("content"), root.parent())
    }

    #[test]
    fn dangerous_outputs_are_refused_and_stay_as_they_were() {
        let (_dir, root) = project();
        let (home, content) = (root.parent().unwrap(), root.join("content"));
        fs::write(root.join("file"), "x").unwrap();
        fs::create_dir(root.join("full")).unwrap();
        fs::write(root.join("full/notes.txt"), "x").unwrap();
        let refused = |out: &Path| verdict(&root, out).unwrap_err();
        assert!(matches!(refused(Path::new("/")), Refusal::FileSystemRoot));
        assert!(matches!(refused(home), Refusal::Home(_)));
        assert!(matches!(refused(home.parent().unwrap()), Refusal::Home(_)));
        assert!(matches!(refused(&root), Refusal::Project(_)));
        assert!(matches!(refused(&content), Refusal::Content(_)));
        assert!(matches!(refused(&root.join("public/../content")), Refusal::Content(_)));
        assert!(matches!(refused(&root.join("full/../../project/./")), Refusal::Project(_)));
        assert!(matches!(refused(&root.join("file")), Refusal::NotAFolder(_)));
        assert!(matches!(refused(&root.join("file/below")), Refusal::NotAFolder(_)));
        let full = refused(&root.join("full"));
        assert!(matches!(&full, Refusal::NotOurs { stranger, .. } if stranger == "notes.txt"));
        assert!(full.to_string().contains("empty it first"), "{full}");
        assert!(!root.join("public").exists() && root.join("full/notes.txt").exists());
    }

    #[test]
    fn without_a_home_the_parent_of_the_project_is_refused() {
        let (_dir, root) = project();
        let refusal = check(root.parent().unwrap(), &root, &root.join("content"), None).unwrap_err();
        assert!(matches!(refusal, Refusal::Project(_)));
        let foreign = check(&root, &root.join("content"), &root.join("content"), None).unwrap_err();
        assert!(matches!(foreign, Refusal::Project(_)));
    }

    #[cfg(unix)]
    #[test]
    fn a_symlink_is_judged_by_where_it_leads() {
        use std::os::unix::fs::symlink;
        let (_dir, root) = project();
        symlink(&root, root.join("to-root")).unwrap();
        symlink("content", root.join("to-content")).unwrap();
        symlink("/", root.join("to-slash")).unwrap();
        symlink("nowhere", root.join("dangling")).unwrap();
        symlink("loop", root.join("loop")).unwrap();
        fs::create_dir(root.join("elsewhere")).unwrap();
        symlink("elsewhere", root.join("fine")).unwrap();
        assert!(matches!(verdict(&root, &root.join("to-root")), Err(Refusal::Project(_))));
        assert!(matches!(verdict(&root, &root.join("to-root/content")), Err(Refusal::Content(_))));
        assert!(matches!(verdict(&root, &root.join("to-content")), Err(Refusal::Content(_))));
        assert!(matches!(verdict(&root, &root.join("to-slash")), Err(Refusal::FileSystemRoot)));
        assert!(matches!(verdict(&root, &root.join("dangling")), Err(Refusal::NotAFolder(_))));
        assert!(matches!(verdict(&root, &root.join("loop")), Err(Refusal::Disk(_))));
        assert_eq!(verdict(&root, &root.join("fine")).unwrap().path(), root.join("elsewhere"));
    }

    #[test]
    fn folders_that_can_be_outputs() {
        let (_dir, root) = project();
        for name in ["missing", "a/b/missing", "content/_site", "empty", "host"] {
            if matches!(name, "empty" | "host") {
                fs::create_dir(root.join(name)).unwrap();
            }
            if name == "host" {
                fs::create_dir(root.join("host/.git")).unwrap();
                fs::write(root.join("host/CNAME"), "x").unwrap();
                fs::write(root.join("host/.nojekyll"), "").unwrap();
            }
            let output = verdict(&root, &root.join(name)).unwrap();
            assert_eq!(output.path(), root.join(name));
        }
        assert_eq!(verdict(&root, &root.join("public")).unwrap().staging(), root.join(".public.fourfold-staging"));
        assert!(!root.join("missing").exists());
    }

    #[test]
    fn a_manifest_makes_a_folder_ours_and_a_later_one_refuses() {
        let (_dir, root) = project();
        let out = root.join("public");
        fs::create_dir_all(out.join(STATE)).unwrap();
        fs::write(out.join("index.html"), "x").unwrap();
        fs::write(out.join(MANIFEST), Manifest::default().to_bytes()).unwrap();
        assert!(verdict(&root, &out).is_ok());
        fs::write(out.join(MANIFEST), "fourfold manifest 7 2.0.0 0\n").unwrap();
        let refusal = verdict(&root, &out).unwrap_err();
        assert!(matches!(&refusal, Refusal::Newer { generator, .. } if generator == "2.0.0"));
        assert!(refusal.to_string().contains("Update fourfold"), "{refusal}");
    }
}
