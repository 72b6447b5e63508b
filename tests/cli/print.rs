//! `fourfold schema`, `completions` and `man`.

use serde_json::Value;

use super::Folder;

#[test]
fn schemas_name_every_key() {
    let folder = Folder::new(&[]);
    let both = folder.run("schema").exits(0).json();
    let config = folder.run("schema config").exits(0).json();
    let front = folder.run("schema front-matter").exits(0).json();
    assert_eq!(both["$defs"]["config"]["properties"], config["properties"]);
    assert_eq!(both["$defs"]["front-matter"]["properties"], front["properties"]);
    let names = |schema: &Value| schema["properties"].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert!(names(&config).contains(&"base_url".to_owned()) && names(&front).contains(&"illustrates".to_owned()));
    // Every check has a level.
    let checks = names(&config["properties"]["checks"]);
    let explained = folder.run("explain").exits(0).stdout;
    assert_eq!(checks.len(), explained.lines().count());
}

#[test]
fn shells_and_man_know_every_command() {
    let folder = Folder::new(&[]);
    let commands = ["build", "check", "mv", "why", "impact", "new", "list", "explain", "schema", "completions", "man"];
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let text = folder.run(&format!("completions {shell}")).exits(0).stdout;
        for command in commands {
            assert!(text.contains(command), "{shell}: {command}");
        }
    }
    let page = folder.run("man").exits(0).stdout;
    assert!(page.contains(".TH fourfold 1") && page.contains("\\-\\-base\\-url"), "{}", &page[..400]);
    let _ = folder.run("completions nushell-of-old").exits(2);
}
