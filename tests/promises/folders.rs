//! P1, P2 and P4 where folders are in the way: disks that are read-only or take only short writes, folders that may not be
//! written, outputs that would be a mistake, manifests that are not as we left them.
//!
//! Whatever happens, the output is the old site or the new one, other people's files are as they were, a refusal says why,
//! and when the obstacle is gone the next build ends as a clean one.

use std::fs;
use std::path::PathBuf;

use libtest_mimic::Trial;

use super::machine::{Machine, Run, Tree, difference, finish, tree};
use super::scale::{Counted, Scale, trial};

pub fn trials(scale: Scale) -> Vec<Trial> {
    vec![
        trial("dangerous_outputs_are_refused_and_nothing_changes", dangerous_outputs),
        trial("a_manifest_that_is_missing_cut_edited_or_newer_costs_nobody_a_file", move || manifests(scale)),
        trial("folders_that_may_not_be_written_keep_the_old_site", unwritable),
        trial("a_disk_that_becomes_read_only_keeps_the_old_site", read_only),
        trial("writes_that_are_cut_short_keep_the_old_site", move || short_writes(scale)),
    ]
}

/// A published site with files of others in it, and sources that have changed since.
struct Desk {
    machine: Machine,
    old: Tree,
}

/// What others have put into the output.
const OTHERS: &[(&str, &str)] =
    &[("CNAME", "test.example"), (".git/HEAD", "ref: refs/heads/pages"), ("vision/notes.txt", "of somebody else")];

impl Desk {
    fn new() -> Self {
        let machine = Machine::new();
        machine.write("handbook.toml", "title = \"Test\"\nbase_url = \"https://test.example/\"\ntoday = 2026-01-01\n");
        machine.write("content/index.md", "# Home\n\nA claim. See [[Page 1]].\n");
        for at in 1..6 {
            machine.write(&format!("content/vision/page-{at}.md"), format!("# Page {at}\n\nA claim. See [[Page {}]].\n", at % 5 + 1));
        }
        machine.run(&["build"]).ended("the first build");
        for (path, text) in OTHERS {
            machine.write(&format!("public/{path}"), text);
        }
        machine.write("content/vision/page-2.md", "# Page 2\n\nAnother claim. See [[Page 1]].\n");
        machine.remove("content/vision/page-5.md");
        machine.write("content/vision/page-4.md", "# Page 4\n\nA claim. See [[Page 1]].\n");
        let old = machine.site();
        Self { machine, old }
    }

    /// The site as it shall be in the end, other people's files with it.
    fn new_site(&self) -> Tree {
        let clean = self.machine.copy();
        fs::remove_dir_all(clean.root().join("public")).unwrap();
        clean.run(&["build"]).ended("a clean build");
        let others = OTHERS.iter().map(|(path, _)| path.split('/').next().unwrap());
        let mut site = clean.site();
        for first in others {
            let theirs = self.old.iter().filter(|(path, _)| path.starts_with(first) && (first != "vision" || path.ends_with("notes.txt")));
            site.extend(theirs.map(|(path, bytes)| (path.clone(), bytes.clone())));
        }
        site
    }
}

fn others_are_whole(machine: &Machine, what: &str) {
    for (path, text) in OTHERS {
        let found = fs::read_to_string(machine.root().join("public").join(path)).unwrap_or_default();
        assert_eq!(found, *text, "{what}: {path}, which is somebody else's, has changed");
    }
}

/// A build that says that all is well leaves the new site, any other the old or the new, whole, and says why.
fn judge(run: &Run, machine: &Machine, old: &Tree, new: &Tree, what: &str) -> bool {
    run.ended(what);
    let site = machine.site();
    let (from_old, from_new) = (difference(&site, old), difference(&site, new));
    assert!(from_new.is_empty() || run.code != Some(0) && from_old.is_empty(), "{what}: {from_old:?} / {from_new:?}: {}", run.said());
    assert!(run.code == Some(0) || run.code == Some(2) && run.stderr.len() > 20, "{what}: {}", run.said());
    run.code == Some(0)
}

fn dangerous_outputs() -> Counted {
    let desk = Desk::new();
    let machine = &desk.machine;
    machine.write("papers/thesis.txt", "years of work");
    machine.write("later/.fourfold/manifest", "fourfold manifest 99 9.9.9 whatever\n");
    fs::create_dir_all(machine.home().join("letters")).unwrap();
    fs::write(machine.home().join("letters/to-mum.txt"), "dear").unwrap();
    let home = machine.home().to_string_lossy().into_owned();
    let above = machine.home().parent().unwrap().to_string_lossy().into_owned();
    let outputs = [
        "/",
        &home,
        &above,
        ".",
        "content/..",
        "content",
        "papers",
        "../letters",
        "handbook.toml",
        "handbook.toml/site",
        "later",
        "themes/../content",
    ];
    let before = tree(machine.home().parent().unwrap());
    for output in outputs {
        let run = machine.run(&["build", "-o", output]);
        run.ended(output);
        assert_eq!(run.code, Some(2), "{output}: {}", run.said());
        assert!(run.stderr.contains('.') && run.stderr.len() > 20, "{output}: it says nothing: {}", run.said());
        assert_eq!(difference(&tree(machine.home().parent().unwrap()), &before), Vec::<String>::new(), "{output}");
    }
    vec![("dangerous outputs refused", outputs.len())]
}

/// Manifests as others may leave them.
fn tampered(whole: &str, scale: Scale) -> Vec<(String, Option<Vec<u8>>)> {
    let mut all: Vec<(String, Option<Vec<u8>>)> = vec![("missing".into(), None), ("empty".into(), Some(Vec::new()))];
    let step = (whole.len() / scale.pick(4, 25, 60)).max(1);
    all.extend((1..whole.len()).step_by(step).map(|cut| (format!("cut at {cut}"), Some(whole.as_bytes()[..cut].to_vec()))));
    let line = |path: &str| format!("{:032x} 12 {:032x} {path}\n", 1, 2);
    for theirs in ["CNAME", ".git/HEAD", "vision/notes.txt", "../../canary.txt", "/etc/passwd", "../handbook.toml", ".fourfold/manifest"] {
        all.push((format!("claims {theirs}"), Some([whole, &line(theirs)].concat().into_bytes())));
    }
    let shuffled: Vec<&str> = whole.lines().rev().collect();
    all.push(("upside down".into(), Some(shuffled.join("\n").into_bytes())));
    all.push(("another count".into(), Some(whole.replacen("index.html", "indexxhtml", 1).into_bytes())));
    all.push((
        "every 7th byte another".into(),
        Some(whole.bytes().enumerate().map(|(at, byte)| if at % 7 == 6 { b'?' } else { byte }).collect()),
    ));
    all.push(("an older version's".into(), Some(whole.replacen(env!("CARGO_PKG_VERSION"), "0.0.1", 1).into_bytes())));
    all.push(("a newer format".into(), Some(b"fourfold manifest 99 9.9.9 and so on\n".to_vec())));
    all.push(("no text".into(), Some(vec![0xFF; 300])));
    all
}

fn manifests(scale: Scale) -> Counted {
    let desk = Desk::new();
    let new = desk.new_site();
    let whole = fs::read_to_string(desk.machine.root().join("public/.fourfold/manifest")).unwrap();
    let (mut tried, mut refused) = (0, 0);
    for (what, bytes) in tampered(&whole, scale) {
        let machine = desk.machine.copy();
        let place = machine.root().join("public/.fourfold/manifest");
        match bytes {
            Some(bytes) => fs::write(place, bytes).unwrap(),
            None => fs::remove_file(place).unwrap(),
        }
        let outside = machine.outside();
        let run = machine.run(&["build"]);
        run.ended(&what);
        let site = machine.site();
        others_are_whole(&machine, &what);
        assert_eq!(difference(&machine.outside(), &outside), Vec::<String>::new(), "{what}");
        if run.code == Some(0) {
            // What cannot be known for ours is somebody's: it may stay, and what the site has is there.
            let lost: Vec<&String> = new.iter().filter(|(path, bytes)| site.get(*path) != Some(bytes)).map(|(path, _)| path).collect();
            assert!(lost.is_empty(), "{what}: {lost:?}");
            let again = machine.run(&["build"]);
            assert_eq!((again.code, difference(&machine.site(), &site)), (Some(0), Vec::new()), "{what}, built again");
        } else {
            assert_eq!(difference(&site, &desk.old), Vec::<String>::new(), "{what}: {}", run.said());
            refused += 1;
        }
        tried += 1;
    }
    assert!(refused >= 2, "a missing and a newer manifest are refused");
    vec![("manifests that are not as we left them", tried), ("of them refused", refused)]
}

/// The program as somebody who may not do everything: an administrator may write anywhere.
fn as_nobody(machine: &Machine, arguments: &[&str]) -> Option<Run> {
    let probe = machine.root().join("probe");
    fs::create_dir(&probe).unwrap();
    set_mode(&probe, 0o555);
    let may_all = fs::write(probe.join("x"), "x").is_ok();
    set_mode(&probe, 0o755);
    fs::remove_dir_all(&probe).unwrap();
    if !may_all {
        return Some(machine.run(arguments));
    }
    let chown = finish(std::process::Command::new("chown").args(["-R", "65534:65534"]).arg(machine.home().parent().unwrap()));
    if chown.code != Some(0) {
        return None;
    }
    // The program may lie where only its owner may look.
    let program = machine.home().parent().unwrap().join("fourfold");
    if !program.exists() {
        fs::copy(super::machine::binary(), &program).unwrap();
        set_mode(&program, 0o755);
    }
    let dropped = ["--reuid", "65534", "--regid", "65534", "--clear-groups", "--"].map(str::to_owned);
    let mut command = std::process::Command::new("setpriv");
    command.args(dropped).arg(&program).args(arguments).current_dir(machine.root()).env("HOME", machine.home());
    Some(finish(&mut command))
}

fn set_mode(path: &std::path::Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

fn unwritable() -> Counted {
    let desk = Desk::new();
    let new = desk.new_site();
    let all: &[&[&str]] = &[
        &["public"],
        &["public/vision"],
        &["public/vision/page-2"],
        &["public/.fourfold"],
        &["."],
        &[".", "public"],
        &[".", "public/.fourfold"],
        &["public", "public/.fourfold", "public/vision"],
        &[".fourfold"],
    ];
    let (mut tried, mut published) = (0, 0);
    for locked in all {
        let machine = desk.machine.copy();
        let what = format!("{locked:?} may not be written");
        let paths: Vec<PathBuf> = locked.iter().map(|path| machine.root().join(path)).filter(|path| path.exists()).collect();
        paths.iter().for_each(|path| set_mode(path, 0o555));
        let outside = machine.outside();
        let Some(run) = as_nobody(&machine, &["build"]) else {
            eprintln!("folders_that_may_not_be_written: nobody can be somebody else here; read-only disks have to do");
            return vec![("folders that may not be written", 0)];
        };
        published += usize::from(judge(&run, &machine, &desk.old, &new, &what));
        others_are_whole(&machine, &what);
        let mut after = machine.outside();
        after.remove("fourfold");
        assert_eq!(difference(&after, &outside), Vec::<String>::new(), "{what}");
        // The old tree may have been set aside with its folders as they were; the message says where.
        let unlock = finish(std::process::Command::new("chmod").args(["-R", "u+w"]).arg(machine.root()));
        assert_eq!(unlock.code, Some(0), "{}", unlock.said());
        let again = as_nobody(&machine, &["build"]).unwrap();
        assert_eq!(again.code, Some(0), "{what}, then not: {}", again.said());
        assert_eq!(difference(&machine.site(), &new), Vec::<String>::new(), "{what}, then not");
        tried += 1;
    }
    vec![("folders that may not be written", tried), ("of them published all the same", published)]
}

/// A disk of its own for an output, where this machine lets us mount one.
struct Disk {
    mount: PathBuf,
    _holder: Machine,
}

impl Disk {
    fn new() -> Option<Self> {
        let holder = Machine::new();
        let mount = holder.root();
        let run = finish(std::process::Command::new("mount").args(["-t", "tmpfs", "-o", "size=8m", "disk"]).arg(&mount));
        (run.code == Some(0)).then_some(Self { mount, _holder: holder })
    }

    fn remount(&self, how: &str) {
        let run = finish(std::process::Command::new("mount").args(["-o", &format!("remount,{how}")]).arg(&self.mount));
        assert_eq!(run.code, Some(0), "{}", run.said());
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = finish(std::process::Command::new("umount").arg(&self.mount));
    }
}

fn read_only() -> Counted {
    let Some(disk) = Disk::new() else {
        eprintln!("a_disk_that_becomes_read_only: this machine lets nobody mount a file system");
        return vec![("read-only disks", 0)];
    };
    let mut tried = 0;
    // The output may be a folder of the disk, or the disk itself, which cannot be exchanged.
    for output in [disk.mount.join("site"), disk.mount.clone()] {
        disk.remount("rw");
        let desk = Desk::new();
        let at = output.to_string_lossy().into_owned();
        let build = || desk.machine.run(&["build", "-o", &at]);
        let site = || {
            let mut site = tree(&output);
            site.retain(|path, _| !path.starts_with(".fourfold"));
            site
        };
        if output.join("site").exists() {
            fs::remove_dir_all(output.join("site")).unwrap();
        }
        assert_eq!(build().code, Some(0));
        let before = site();
        desk.machine.write("content/vision/page-1.md", "# Page 1\n\nQuite another claim.\n");
        disk.remount("ro");
        let run = build();
        assert_eq!((run.code, difference(&site(), &before)), (Some(2), Vec::new()), "{}", run.said());
        assert!(run.stderr.to_lowercase().contains("read-only"), "{}", run.said());
        disk.remount("rw");
        assert_eq!(build().code, Some(0));
        assert!(String::from_utf8_lossy(&site()["vision/page-1/index.html"]).contains("Quite another claim."));
        tried += 1;
    }
    vec![("read-only disks", tried)]
}

/// A limit on the size of files makes the kernel take a part of a write and refuse the rest.
fn short_writes(scale: Scale) -> Counted {
    let desk = Desk::new();
    let new = desk.new_site();
    let (mut tried, mut refused) = (0, 0);
    for blocks in (0..60).step_by(scale.pick(20, 3, 1)) {
        let machine = desk.machine.copy();
        let what = format!("files of at most {blocks} blocks");
        let outside = machine.outside();
        let mut command = machine.program_under("sh", &["-c".into(), format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" build")]);
        let run = finish(&mut command);
        refused += usize::from(!judge(&run, &machine, &desk.old, &new, &what));
        others_are_whole(&machine, &what);
        assert_eq!(difference(&machine.outside(), &outside), Vec::<String>::new(), "{what}");
        assert_eq!(machine.run(&["build"]).code, Some(0), "{what}, then none");
        assert_eq!(difference(&machine.site(), &new), Vec::<String>::new(), "{what}, then none");
        tried += 1;
    }
    assert!(refused > 0 && refused < tried, "{refused} of {tried} were refused");
    vec![("limits on the size of files", tried), ("of them refused with a reason", refused)]
}
