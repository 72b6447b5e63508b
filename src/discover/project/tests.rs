//! Folders as people have them, and what they are taken for.

use std::fs;

use super::*;

/// Makes files (names that end in `/` are folders) and describes what a folder among them is taken for.
fn taken(files: &[&str], root: Option<&str>, cwd: &str) -> String {
    let place = tempfile::tempdir().expect("a folder");
    // Two levels that belong to nobody, so that nothing above can be taken for a project.
    let base = place.path().canonicalize().expect("a path").join("a/b/c");
    fs::create_dir_all(&base).expect("a folder");
    for file in files {
        let (name, text) = file.split_once('=').unwrap_or((file, ""));
        let path = base.join(name);
        if name.ends_with('/') {
            fs::create_dir_all(path).expect("a folder");
        } else {
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(path, text.replace("\\n", "\n")).expect("a file");
        }
    }
    let found = match project(root.map(Path::new), &base.join(cwd)) {
        Ok(found) => found,
        Err(error) => return error.to_string().replace(base.to_str().expect("a name"), "BASE"),
    };
    let short = |path: &Path| path.strip_prefix(&base).map_or("outside".into(), |path| path.display().to_string());
    let mut out = format!("{:?} root={} content={} out={}", found.mode, short(&found.root), found.content, short(&found.default_output));
    if !found.static_roots.is_empty() {
        out += &format!(" static={}", found.static_roots.join(","));
    }
    if found.vault {
        out += " vault";
    }
    assert_eq!(found.config_file.is_some(), found.mode == Mode::Own);
    format!("{out}; {}", found.why)
}

#[test]
fn a_handbook_is_known_by_its_config() {
    let files = ["h/handbook.toml", "h/content/vision/x.md", "h/docs/y.md", "h/public/z.html"];
    let own = "Own root=h content=content out=h/public; handbook.toml: content/";
    assert_eq!(taken(&files, Some("h"), ""), own);
    assert_eq!(taken(&files, Some("."), "h"), own);
    assert_eq!(taken(&files, Some("h/content"), ""), own);
    assert_eq!(taken(&files, Some("h/content/vision"), ""), own);
    assert_eq!(taken(&files, None, "h/content/vision"), own);
    assert_eq!(taken(&files, None, "h/docs"), own);
    assert_eq!(taken(&files, Some("h/docs"), ""), "Foreign root=h content=docs out=h/docs/_site static=public; the folder itself");
}

#[test]
fn the_content_of_other_generators_is_found() {
    let table: &[(&[&str], &str)] = &[
        (&["p/x.md"], "content=; the folder itself"),
        (&["p/book.toml", "p/src/SUMMARY.md"], "content=src; mdBook: src/, order from SUMMARY.md"),
        (&["p/book.toml=[book]\\nsrc = \"./text/\"", "p/text/x.md"], "content=text; mdBook: text/"),
        (&["p/book.toml=[book\\nsrc = ", "p/src/x.md"], "content=src; mdBook: src/"),
        (&["p/book.toml=[book]\\nsrc = \"../..\"", "p/x.md"], "content=; the folder itself"),
        (&["p/mkdocs.yml=nav: [\\n", "p/docs/x.md"], "content=docs; MkDocs: docs/ (mkdocs.yml)"),
        (&["p/mkdocs.yml=docs_dir: 'guide' # here", "p/guide/x.md"], "content=guide; MkDocs: guide/ (mkdocs.yml)"),
        (&["p/.gitbook.yaml=root: ./doc/", "p/doc/x.md"], "content=doc; GitBook: doc/ (.gitbook.yaml)"),
        (&["p/.gitbook.yaml", "p/x.md"], "content=; GitBook: ./ (.gitbook.yaml)"),
        (&["p/hugo.toml", "p/content/x.md", "p/static/"], "content=content static=static; Hugo or Zola: content/ (hugo.toml)"),
        (&["p/hugo.toml", "p/content/en/x.md"], "content=content/en; Hugo or Zola: content/en/ (hugo.toml)"),
        (&["p/hugo.toml", "p/content/en/x.md", "p/content/fr/x.md"], "content=content; Hugo or Zola: content/ (hugo.toml)"),
        (&["p/content/x.md", "p/content/y.md", "p/README.md"], "content=content; content/ holds most of the Markdown"),
        (&["p/_config.yml", "p/_docs/x.md"], "content=_docs; Jekyll: _docs/"),
        (&["p/_config.yml", "p/x.md", "p/docs/y.md", "p/docs/z.md"], "content=; Jekyll: ./ (_config.yml)"),
        (&["p/.obsidian/", "p/x.md"], "content= vault; Obsidian: ./"),
        (&["p/SUMMARY.md", "p/docs/y.md", "p/docs/z.md"], "content=; GitBook: ./, order from SUMMARY.md"),
        (&["p/docusaurus.config.js", "p/docs/x.md", "p/blog/a.md", "p/blog/b.md"], "content=docs; Docusaurus: docs/"),
        (&["p/astro.config.mjs", "p/src/content/docs/x.md"], "content=src/content/docs; Starlight: src/content/docs/"),
        (&["p/config.rb", "p/source/x.html.md"], "content=source; Middleman: source/"),
        (&["p/docs/x.md", "p/docs/y.md", "p/README.md"], "content=docs; docs/ holds most of the Markdown"),
        (&["p/docs/x.md", "p/a.md", "p/b.md"], "content=; the folder itself"),
        (&["p/docs/x.md", "p/node_modules/a.md", "p/node_modules/b.md"], "content=docs; docs/ holds most of the Markdown"),
    ];
    for (files, want) in table {
        // The rule and the content matter here; the roots have their own test.
        let got = taken(files, Some("p"), "").replace("Foreign root=p ", "").replace(" out=p/_site", "").replace("content=p/", "content=");
        assert_eq!(got, *want, "{files:?}");
    }
}

#[test]
fn reading_stays_below_the_nearest_project() {
    let table: &[(&[&str], &str, &str)] = &[
        (&["p/book.toml", "p/src/x.md"], "p/src", "root=p content=src out=p/src/_site"),
        (&["p/.git/", "p/a/b/x.md"], "p/a/b", "root=p content=a/b out=p/a/b/_site"),
        (&["p/.git/", "p/a/b/c/x.md"], "p/a/b/c", "root=p/a/b/c content= out=p/a/b/c/_site"),
        (&["p/LICENSE", "p/assets/", "p/content/x.md"], "p/content", "root=p content=content out=p/content/_site static=assets"),
        (&["p/LICENSE", "p/notes/x.md"], "p/notes", "root=p/notes content= out=p/notes/_site"),
        (&["p/.obsidian/", "p/en/x.md"], "p/en", "root=p content=en out=p/en/_site vault"),
        (&["p/config.toml", "p/docs/x.md"], "p/docs", "root=p/docs content= out=p/docs/_site"),
    ];
    for (files, root, want) in table {
        assert_eq!(taken(files, Some(root), ""), format!("Foreign {want}; the folder itself"), "{files:?}");
    }
}

#[test]
fn a_folder_that_cannot_be_read_is_said_so() {
    assert!(taken(&[], Some("nowhere"), "").starts_with("cannot read the folder BASE/nowhere: "));
    assert_eq!(taken(&["x.md"], Some("x.md"), ""), "BASE/x.md is a file; name the folder that holds the pages");
}
