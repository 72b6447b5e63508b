//! What can be typed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::civil::Date;

use crate::base::diagnostic::Code;
use crate::base::diagnostic::render::Format;

/// Turns a folder of Markdown into a cross-linked handbook.
#[derive(Parser, Debug)]
#[command(name = "fourfold", version, about, max_term_width = 100, disable_help_subcommand = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Builds the site
    Build(Build),
    /// Shows the handbook in the browser while it is written
    Serve(Serve),
    /// Finds every problem and writes nothing
    Check(Check),
    /// Shows the handbook as data
    List(List),
    /// Moves a page or a folder and rewrites every link to and from it
    Mv(Mv),
    /// Says what a page is made from
    Why(Why),
    /// Says which files of the site a file reaches
    Impact(Impact),
    /// Makes a book
    Export(Export),
    /// Makes a page with a frame to fill in
    New(New),
    /// Makes a handbook to begin with
    Init(Init),
    /// Makes an example from a filled form
    Intake(Intake),
    /// Explains a diagnostic
    Explain {
        /// The code in brackets behind `error`, `warning` or `hint`; without one, all codes are listed
        #[arg(value_name = "CODE")]
        code: Option<String>,
    },
    /// Prints JSON Schemas for editors
    Schema {
        /// Which one; without it, one document with both
        #[arg(value_enum, value_name = "config|front-matter")]
        of: Option<Schema>,
    },
    /// Prints what a shell needs to complete commands
    Completions {
        /// The shell
        #[arg(value_enum, value_name = "SHELL")]
        shell: clap_complete::Shell,
    },
    /// Prints the man page
    Man,
}

/// What every command has that is pointed at a handbook.
#[derive(Args, Debug, Default, Clone)]
pub struct Common {
    /// The handbook, or any folder of Markdown [default: the working directory]
    #[arg(value_name = "ROOT")]
    pub root: Option<PathBuf>,
    /// Flags of every command that reads a handbook.
    #[command(flatten)]
    pub flags: Flags,
}

/// Which schema is printed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Schema {
    /// Of handbook.toml
    Config,
    /// Of the facts at the top of a page
    FrontMatter,
}

/// Flags of every command that reads a handbook.
#[derive(Args, Debug, Default, Clone)]
pub struct Flags {
    /// An address that means this handbook: its site, or its repository on a code host
    #[arg(long = "own-url", value_name = "URL")]
    pub own_urls: Vec<String>,
    /// Takes drafts in
    #[arg(long)]
    pub drafts: bool,
    /// How many threads to use [default: one a processor]
    #[arg(long, value_name = "N", value_parser = parse_jobs)]
    pub jobs: Option<usize>,
    /// The day that `publish_after` is compared with
    #[arg(long, value_name = "DATE", value_parser = parse_date)]
    pub today: Option<Date>,
    /// Says only what is wrong
    #[arg(short, long, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Says more: what was found, and hints
    #[arg(short, long)]
    pub verbose: bool,
}

/// Flags of `build`.
#[derive(Args, Debug)]
pub struct Build {
    /// Flags of every command.
    #[command(flatten)]
    pub common: Common,
    /// Where the site goes [default: public beside content, or ROOT/_site]
    #[arg(short, long, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// Where the site will be published
    #[arg(long, value_name = "URL")]
    pub base_url: Option<String>,
    /// Makes links end in index.html, so that the site opens from disk
    #[arg(long)]
    pub portable: bool,
    /// Counts warnings as errors
    #[arg(long)]
    pub strict: bool,
    /// Says why each file was made again
    #[arg(long)]
    pub explain: bool,
    /// Writes every problem to a file, as JSON
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
}

/// Flags of `serve`.
#[derive(Args, Debug)]
pub struct Serve {
    /// Flags of every command.
    #[command(flatten)]
    pub common: Common,
    /// The port [default: 4444, or the next that is free]
    #[arg(long, value_name = "N")]
    pub port: Option<u16>,
    /// Another address of this machine to serve on, for others to see; without it nobody else can
    #[arg(long, value_name = "ADDR")]
    pub host: Option<String>,
    /// Opens the browser
    #[arg(long)]
    pub open: bool,
    /// Leaves drafts out
    #[arg(long, conflicts_with = "drafts")]
    pub no_drafts: bool,
    /// Looks at the files by the clock, where changes cannot be watched
    #[arg(long)]
    pub poll: bool,
    /// Says why each file was made again
    #[arg(long)]
    pub explain: bool,
}

/// Flags of `check`.
#[derive(Args, Debug)]
pub struct Check {
    /// Flags of every command.
    #[command(flatten)]
    pub common: Common,
    /// How problems are shown
    #[arg(long, value_enum, default_value_t = Face::Human)]
    pub format: Face,
    /// Mends what is safe to mend in the sources
    #[arg(long)]
    pub fix: bool,
    /// Asks for every link out of the handbook whether it leads somewhere; the only use of the network
    #[arg(long)]
    pub external: bool,
    /// Counts warnings as errors
    #[arg(long)]
    pub strict: bool,
    /// Makes a code an error
    #[arg(long, value_name = "CODE", value_parser = parse_code)]
    pub deny: Vec<Code>,
    /// Leaves a code out
    #[arg(long, value_name = "CODE", value_parser = parse_code)]
    pub allow: Vec<Code>,
}

/// How problems are shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Face {
    /// With the source drawn.
    Human,
    /// A line each.
    Short,
    /// A JSON object a line.
    Json,
    /// SARIF 2.1.0.
    Sarif,
    /// Annotations of GitHub's workflows.
    Github,
}

impl Face {
    /// The format that draws it.
    pub fn format(self) -> Format {
        match self {
            Self::Human => Format::Human,
            Self::Short => Format::Short,
            Self::Json => Format::Json,
            Self::Sarif => Format::Sarif,
            Self::Github => Format::Github,
        }
    }
}

/// Flags of `list`.
#[derive(Args, Debug)]
pub struct List {
    /// What to list.
    #[arg(value_enum, value_name = "pages|links|orphans|contributors|terms|health")]
    pub what: Listed,
    /// Flags of every command.
    #[command(flatten)]
    pub common: Common,
    /// How it is shown
    #[arg(long, value_enum, default_value_t = Shape::Human)]
    pub format: Shape,
}

/// Flags of `mv`.
#[derive(Args, Debug)]
pub struct Mv {
    /// A page, another file or a folder of the content
    #[arg(value_name = "OLD")]
    pub old: PathBuf,
    /// Where it goes; a page that goes to `FOLDER/` keeps its name
    #[arg(value_name = "NEW")]
    pub new: PathBuf,
    /// Shows what would change, as a diff, and changes nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Flags of every command.
    #[command(flatten)]
    pub flags: Flags,
}

/// Flags of `why`.
#[derive(Args, Debug)]
pub struct Why {
    /// A page, by its path, its title or its address
    #[arg(value_name = "PAGE")]
    pub page: String,
    /// How it is shown
    #[arg(long, value_enum, default_value_t = Shape::Human)]
    pub format: Shape,
    /// Flags of every command.
    #[command(flatten)]
    pub flags: Flags,
}

/// Flags of `impact`.
#[derive(Args, Debug)]
pub struct Impact {
    /// A file of the content or of the theme, or handbook.toml
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// How it is shown
    #[arg(long, value_enum, default_value_t = Shape::Human)]
    pub format: Shape,
    /// Flags of every command.
    #[command(flatten)]
    pub flags: Flags,
}

/// Flags of `export`.
#[derive(Args, Debug)]
pub struct Export {
    /// What kind of book
    #[arg(value_enum, value_name = "epub|pdf")]
    pub book: Book,
    /// Flags of every command.
    #[command(flatten)]
    pub common: Common,
    /// Only the pages of a pillar
    #[arg(long, value_name = "PILLAR", conflicts_with = "path")]
    pub pillar: Option<String>,
    /// Only the stops of a reading path, by its file name or title
    #[arg(long, value_name = "NAME")]
    pub path: Option<String>,
    /// The file [default: named after the book, in the working directory]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// What kind of book is made.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Book {
    /// For e-readers
    Epub,
    /// For paper; needs Chromium, Chrome or Edge
    Pdf,
}

/// Flags of `new`.
#[derive(Args, Debug)]
pub struct New {
    /// What to make
    #[arg(value_enum, value_name = "essay|example|contributor|term|path")]
    pub kind: NewKind,
    /// Its title, or the name of the contributor; the file is named after it
    #[arg(value_name = "TITLE")]
    pub title: String,
    /// The pillar that it stands in [essays: asked for on a terminal]
    #[arg(long, value_name = "PILLAR")]
    pub pillar: Option<String>,
    /// The page that the example illustrates, by path, title or address
    #[arg(long = "for", value_name = "PAGE")]
    pub for_pages: Vec<String>,
    /// Who writes it
    #[arg(long, value_name = "WHO")]
    pub by: Vec<String>,
    /// Flags of every command.
    #[command(flatten)]
    pub flags: Flags,
}

/// Flags of `init`.
#[derive(Args, Debug)]
pub struct Init {
    /// Where it goes [default: the working directory]
    #[arg(value_name = "DIR")]
    pub folder: Option<PathBuf>,
    /// What it is called [on a terminal: asked for; else the name of the folder]
    #[arg(long, value_name = "TITLE")]
    pub title: Option<String>,
    /// The language it is written in, such as en or pt-BR
    #[arg(long, value_name = "TAG")]
    pub language: Option<String>,
    /// Adds what a host needs to check and publish it
    #[arg(long, value_enum, value_name = "github|gitlab|netlify|cloudflare")]
    pub ci: Option<Ci>,
}

/// Hosts that `init` can prepare a handbook for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Ci {
    /// GitHub Pages, and a form for examples
    Github,
    /// GitLab Pages
    Gitlab,
    /// Netlify
    Netlify,
    /// Cloudflare Pages
    Cloudflare,
}

/// Flags of `intake`.
#[derive(Args, Debug)]
pub struct Intake {
    /// The form's text, as an issue has it: `### Label` and the answer below; `-` reads standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Flags of every command.
    #[command(flatten)]
    pub flags: Flags,
}

/// What can be made.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum NewKind {
    /// A claim, argued
    Essay,
    /// What somebody did
    Example,
    /// A person
    Contributor,
    /// A definition for the glossary
    Term,
    /// A reading path
    Path,
}

/// What can be listed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Listed {
    /// Every page
    Pages,
    /// Every link
    Links,
    /// Pages that no page links to
    Orphans,
    /// People
    Contributors,
    /// Terms of the glossary
    Terms,
    /// What the handbook lacks
    Health,
}

/// How a list is shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Shape {
    /// As a table.
    Human,
    /// As one JSON array.
    Json,
}

fn parse_date(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| "a day looks like 2026-11-23".to_owned())
}

fn parse_jobs(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|jobs| *jobs > 0).ok_or_else(|| "a number from 1 is wanted".to_owned())
}

fn parse_code(text: &str) -> Result<Code, String> {
    Code::from_name(text).ok_or_else(|| {
        let near = crate::base::nearest::nearest(text, Code::ALL.iter().map(|code| code.name()));
        near.map_or_else(
            || "no such code; `fourfold explain` lists them".to_owned(),
            |near| format!("no such code; did you mean `{near}`?"),
        )
    })
}
