//! P1, P2 and P4 under `strace`: a build is killed at its K-th call of a kind, or told that the call has failed.
//!
//! After every such build the output is the old site or the new one, to the byte; the next build ends as a clean one, with
//! no manual step; and nothing outside of the output and of what the program remembers has changed.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use libtest_mimic::Trial;

use super::machine::{Machine, Run, Tree, difference, finish};
use super::scale::{Counted, Scale, trial, trial_with};

/// Calls that change something on the disk, or could.
const CALLS: &[&str] = &[
    "openat",
    "open",
    "write",
    "rename",
    "renameat",
    "renameat2",
    "linkat",
    "unlink",
    "unlinkat",
    "mkdir",
    "mkdirat",
    "rmdir",
    "fchmod",
    "chmod",
    "copy_file_range",
    "ftruncate",
    "fsync",
    "fdatasync",
    "flock",
    "close",
    "getdents64",
    "statx",
];

/// Calls and the errors that they can meet.
const FAULTS: &[(&str, &[&str])] = &[
    ("openat", &["EMFILE", "EACCES", "ENOSPC", "EIO"]),
    ("write", &["ENOSPC", "EIO"]),
    ("renameat2", &["EIO", "EACCES"]),
    ("rename", &["EIO", "EACCES"]),
    ("linkat", &["EMLINK", "EIO", "ENOSPC"]),
    ("mkdir", &["ENOSPC", "EACCES"]),
    ("mkdirat", &["ENOSPC", "EACCES"]),
    ("unlinkat", &["EIO", "EACCES"]),
    ("unlink", &["EIO"]),
    ("rmdir", &["EIO"]),
    ("read", &["EIO"]),
    ("getdents64", &["EIO"]),
    ("statx", &["EIO", "EACCES"]),
    ("newfstatat", &["EIO"]),
    ("fchmod", &["EIO"]),
    ("copy_file_range", &["EIO", "ENOSPC"]),
    ("flock", &["EIO"]),
];

pub fn trials(scale: Scale) -> Vec<Trial> {
    vec![
        trial_with("strace", scale, "a_build_killed_at_any_call_leaves_one_whole_site_and_the_next_mends_it", move || kills(scale)),
        trial_with("strace", scale, "a_first_build_killed_at_any_call_is_mended_by_the_next", move || first_kills(scale)),
        trial_with("strace", scale, "a_build_whose_calls_fail_leaves_one_whole_site", move || faults(scale)),
        trial("a_build_killed_at_any_moment_leaves_one_whole_site", move || moments(scale)),
        trial("a_full_disk_leaves_the_old_site", move || full_disk(scale)),
    ]
}

/// An old site on the disk, its sources edited, and what may be found of it.
struct Scene {
    machine: Machine,
    old: Tree,
    new: Tree,
}

impl Scene {
    /// Twelve pages, published; then pages come, go, change and move, a picture is another, and others have put files in.
    fn new(pages: usize) -> Self {
        let machine = Machine::new();
        machine.write("handbook.toml", "title = \"Test\"\nbase_url = \"https://test.example/\"\ntoday = 2026-01-01\n");
        machine.write("content/index.md", "# Home\n\nA claim. See [[Page 1]].\n");
        for at in 1..pages {
            let folder = ["vision", "empowerment", "efficiency", "results"][at % 4];
            machine.write(
                &format!("content/{folder}/page-{at}.md"),
                format!("# Page {at}\n\nA claim. See [[Page {}]].\n", at % (pages - 1) + 1),
            );
        }
        machine.write("content/vision/road.png", b"\x89PNG\r\n\x1a\n as far as anybody looks");
        machine.run(&["build", "--jobs", "1"]).ended("the first build");
        machine.write("public/CNAME", "test.example");
        machine.write("public/.git/HEAD", "ref: refs/heads/pages");
        let old = machine.site();
        assert!(old.len() > pages, "{:?}", old.keys());
        machine.write("content/index.md", "# Home again\n\nA claim. See [[Page 1]].\n");
        machine.write("content/vision/page-4.md", "# Page 4\n\nAnother claim. See [[Page 1]].\n");
        machine.write("content/results/fresh/deep.md", "# Deep\n\nA claim. See [[Page 2]].\n");
        machine.write("content/vision/road.png", b"\x89PNG\r\n\x1a\n another road altogether");
        machine.remove("content/efficiency/page-2.md");
        machine.write("content/efficiency/moved/page-2.md", "# Page 2\n\nA claim. See [[Page 3]].\n");
        let clean = machine.copy();
        fs::remove_dir_all(clean.root().join("public")).unwrap();
        clean.run(&["build", "--jobs", "1"]).ended("the clean build");
        let mut new = clean.site();
        for (path, bytes) in old.iter().filter(|(path, _)| path.starts_with(".git") || *path == "CNAME") {
            new.insert(path.clone(), bytes.clone());
        }
        assert!(difference(&old, &new).len() > 6);
        Self { machine, old, new }
    }

    /// A scene without a site yet.
    fn unpublished() -> Self {
        let scene = Self::new(6);
        fs::remove_dir_all(scene.machine.root().join("public")).unwrap();
        let _ = fs::remove_dir_all(scene.machine.root().join(".fourfold"));
        let new = scene.new.iter().filter(|(path, _)| !path.starts_with(".git") && *path != "CNAME");
        Self { machine: scene.machine.copy(), old: Tree::new(), new: new.map(|(path, bytes)| (path.clone(), bytes.clone())).collect() }
    }

    /// Looks at what a build left on a copy of the machine, builds again, and looks again.
    fn judge(&self, machine: &Machine, outside: &Tree, what: &str) {
        let found = published(machine.site());
        let (old, new) = (published(self.old.clone()), published(self.new.clone()));
        let whole = found == old || found == new;
        assert!(whole, "{what}: neither the old site nor the new: {:?} / {:?}", difference(&found, &old), difference(&found, &new));
        assert_eq!(difference(&machine.outside(), outside), Vec::<String>::new(), "{what}: something else has changed");
        let again = machine.run(&["build", "--jobs", "1"]);
        assert_eq!(again.code, Some(0), "{what}, then built again: {}", again.said());
        assert_eq!(difference(&machine.site(), &self.new), Vec::<String>::new(), "{what}, then built again");
        let staging = fs::read_dir(machine.root()).unwrap().flatten().any(|entry| entry.file_name().to_string_lossy().contains("staging"));
        assert!(!staging, "{what}: a staging folder stays");
    }
}

/// What readers see of an output. A folder of somebody else, such as `.git`, cannot be in two trees at once: between the exchange and
/// its move it waits in the old tree, and the next build brings it home.
fn published(mut site: Tree) -> Tree {
    site.retain(|path, _| !path.starts_with(".git"));
    site
}

/// Runs a build under `strace` with something injected; gives the run and whether it met the injection.
fn injected(machine: &Machine, call: &str, injection: &str) -> (Run, bool) {
    let log = machine.home().parent().unwrap().join("strace.log");
    let arguments =
        ["-f", "-qq", "-o", &log.to_string_lossy(), "-e", &format!("trace={call}"), "-e", &format!("inject={call}:{injection}")];
    let mut command = machine.program_under("strace", &arguments.map(str::to_owned));
    command.args(["build", "--jobs", "1"]);
    let run = finish(&mut command);
    let met =
        fs::read_to_string(&log).unwrap_or_default().lines().any(|line| line.contains("(INJECTED)") || line.contains("killed by SIGKILL"));
    let _ = fs::remove_file(log);
    (run, met)
}

/// Whether this kernel and `strace` know a call; on other machines some have other names.
fn known(call: &str, machine: &Machine) -> bool {
    let mut command =
        machine.program_under("strace", &["-qq".into(), "-o".into(), "/dev/null".into(), "-e".into(), format!("trace={call}")]);
    command.arg("--version");
    finish(&mut command).code == Some(0)
}

/// Kills a build at each K-th call of each kind, K in steps, until a build comes through.
fn sweep(scene: &Scene, step: usize) -> usize {
    let outside = scene.machine.outside();
    let mut killed = 0;
    for call in CALLS.iter().filter(|call| known(call, &scene.machine)) {
        for k in (1..).step_by(step) {
            let machine = scene.machine.copy();
            let (run, met) = injected(&machine, call, &format!("signal=KILL:when={k}"));
            assert!(!run.hung, "killed at {call} {k}: it hangs");
            scene.judge(&machine, &outside, &format!("killed at {call} {k}"));
            if !met {
                break;
            }
            killed += 1;
        }
    }
    killed
}

fn kills(scale: Scale) -> Counted {
    let killed = sweep(&Scene::new(12), scale.pick(23, 1, 1));
    assert!(killed > scale.pick(5, 150, 150), "only {killed} builds were killed");
    vec![("builds killed at a call", killed)]
}

fn first_kills(scale: Scale) -> Counted {
    let killed = sweep(&Scene::unpublished(), scale.pick(37, 3, 1));
    assert!(killed > scale.pick(2, 30, 100), "only {killed} builds were killed");
    vec![("first builds killed at a call", killed)]
}

fn faults(scale: Scale) -> Counted {
    let scene = Scene::new(12);
    let outside = scene.machine.outside();
    let (mut met_once, mut refused) = (0, 0);
    for (call, errors) in FAULTS.iter().filter(|(call, _)| known(call, &scene.machine)) {
        for error in *errors {
            // Once, and from then on: a full disk stays full.
            for persistence in ["", "+"] {
                for k in (1..).step_by(scale.pick(29, 3, 1)) {
                    let machine = scene.machine.copy();
                    let what = format!("{error} at {call} {k}{persistence}");
                    let (run, met) = injected(&machine, call, &format!("error={error}:when={k}{persistence}"));
                    if !met {
                        break;
                    }
                    // The loader of the system and the runtime of the language may give up before the program has begun.
                    let began = run.code != Some(127) && run.code.is_some();
                    if began {
                        run.ended(&what);
                        let site = published(machine.site());
                        let whole = run.code == Some(0) && site == published(scene.new.clone());
                        let kept = site == published(scene.old.clone());
                        assert!(whole || kept || run.code != Some(0), "{what}: it says that all is well");
                        assert!(whole || !run.stderr.is_empty() || *call == "write", "{what}: it fails in silence");
                        refused += usize::from(run.code != Some(0));
                    }
                    scene.judge(&machine, &outside, &what);
                    met_once += 1;
                }
            }
        }
    }
    assert!(refused > scale.pick(5, 100, 300), "only {refused} of {met_once} builds were refused");
    vec![("builds with a failing call", met_once), ("of them refused with a reason", refused)]
}

/// A small generator of numbers that is the same everywhere.
fn random(seed: &mut u64) -> u64 {
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    *seed
}

fn moments(scale: Scale) -> Counted {
    let scene = Scene::new(scale.pick(40, 120, 500));
    let outside = scene.machine.outside();
    let start = Instant::now();
    let whole = scene.machine.copy();
    whole.run(&["build"]).ended("a build");
    let length = start.elapsed();
    let (mut seed, tries) = (0x5EED_u64, scale.pick(10, 50, 200));
    let mut killed = 0;
    for n in 0..tries {
        let machine = scene.machine.copy();
        let wait = length.mul_f64((random(&mut seed) % 1000) as f64 / 1000.0);
        let mut child =
            machine.program().arg("build").stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).spawn().unwrap();
        std::thread::sleep(wait.max(Duration::from_micros(200)));
        let _ = child.kill();
        killed += usize::from(child.wait().unwrap().code().is_none());
        scene.judge(&machine, &outside, &format!("try {n}, killed after {wait:?}"));
    }
    assert!(killed * 4 > tries, "only {killed} of {tries} builds were killed in time");
    vec![("builds killed at a random moment", killed)]
}

/// A real file system that fills up, where this machine lets us mount one.
fn full_disk(scale: Scale) -> Counted {
    let scene = Scene::new(12);
    let mut tried = 0;
    for kilobytes in (100..1200).step_by(scale.pick(400, 100, 25)) {
        let holder = Machine::new();
        let mount = holder.root();
        let mut command = std::process::Command::new("mount");
        command.args(["-t", "tmpfs", "-o", &format!("size={kilobytes}k"), "full"]).arg(&mount);
        if finish(&mut command).code != Some(0) {
            eprintln!("a_full_disk: this machine lets nobody mount a file system; the injected ENOSPC has to do");
            return vec![("full disks", 0)];
        }
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| on_a_small_disk(&scene, &mount, kilobytes)));
        let _ = finish(std::process::Command::new("umount").arg(&mount));
        match outcome {
            Ok(()) => tried += 1,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    }
    vec![("full disks", tried)]
}

fn on_a_small_disk(scene: &Scene, mount: &Path, kilobytes: usize) {
    // Sources lie outside; only the output is on the small disk.
    let machine = scene.machine.copy();
    let output = mount.join("site");
    let build = |machine: &Machine| machine.run(&["build", "-o", &output.to_string_lossy()]);
    let site = || {
        let mut site = super::machine::tree(&output);
        site.retain(|path, _| !path.starts_with(".fourfold"));
        site
    };
    let first = build(&machine);
    first.ended(&format!("{kilobytes} kB"));
    let before = site();
    machine.write("content/vision/page-4.md", format!("# Page 4\n\nA claim. See [[Page 1]].\n\n{}", "More and more words. ".repeat(3000)));
    let second = build(&machine);
    second.ended(&format!("{kilobytes} kB, again"));
    if second.code == Some(0) {
        assert!(site().len() >= before.len());
    } else {
        assert_eq!(difference(&site(), &before), Vec::<String>::new(), "{kilobytes} kB: {}", second.said());
    }
}
