//! Facts as people write them: keys with values, whatever the syntax.
//!
//! In: a reader of TOML or YAML makes the tree. Out: one small tree, walked by one schema, so that syntaxes cannot drift.
//!
//! Invariant: spans are bytes of the text that was read; whoever hands out a tree says where that text begins.
//! Invariant: no tree is deeper than `DEPTH_LIMIT` twice over, so walking or dropping it cannot exhaust the stack.

pub mod toml;
pub mod yaml;

use std::ops::Range;

/// How deep lists and tables may nest before the reader gives up.
pub const DEPTH_LIMIT: usize = 64;

/// What stands after a key or in a list.
#[derive(Clone, PartialEq, Debug)]
pub enum Value {
    /// A key without a value.
    Nothing,
    /// Words.
    Text(String),
    /// True or false, with the word that was written.
    Bool(bool, String),
    /// A number, as written.
    Number(String),
    /// A date or a time that the syntax itself knows, as written.
    Date(String),
    /// Several values.
    List(Vec<Node>),
    /// Keys with values.
    Table(Vec<Entry>),
}

/// A value and its place.
#[derive(Clone, PartialEq, Debug)]
pub struct Node {
    /// What is said.
    pub value: Value,
    /// Where, in bytes of the text read.
    pub span: Range<usize>,
}

/// A key, its place and its value.
#[derive(Clone, PartialEq, Debug)]
pub struct Entry {
    /// The key, without quotation marks.
    pub key: String,
    /// Where the key is, in bytes of the text read.
    pub at: Range<usize>,
    /// What it says.
    pub node: Node,
}

/// A place that does not read as facts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    /// Where, in bytes of the text read.
    pub span: Range<usize>,
    /// What is wrong, in an author's words.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

/// What a reader made of a text.
#[derive(Clone, PartialEq, Default, Debug)]
pub struct Tree {
    /// The keys of the outermost table, in the order written; a key that is written twice counts the first time.
    pub entries: Vec<Entry>,
    /// Whatever could not be read, in the order of the text.
    pub problems: Vec<Problem>,
    /// Whether something could not be read at all, as opposed to a key given twice.
    pub broken: bool,
}

impl Node {
    /// The text of a value that is no list and no table, as written; `None` for those and for nothing.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) | Value::Bool(_, text) | Value::Number(text) | Value::Date(text) => Some(text),
            Value::Nothing | Value::List(_) | Value::Table(_) => None,
        }
    }

    /// The value as JSON, as templates see it.
    pub fn json(&self) -> serde_json::Value {
        match &self.value {
            Value::Nothing => serde_json::Value::Null,
            Value::Text(text) | Value::Date(text) => text.as_str().into(),
            Value::Bool(yes, _) => (*yes).into(),
            Value::Number(text) => number(text),
            Value::List(items) => items.iter().map(Self::json).collect(),
            Value::Table(entries) => {
                serde_json::Value::Object(entries.iter().map(|entry| (entry.key.clone(), entry.node.json())).collect())
            }
        }
    }
}

fn number(text: &str) -> serde_json::Value {
    let plain = text.replace('_', "");
    let whole = plain.parse::<i64>().ok().map(Into::into);
    let real = || plain.parse::<f64>().ok().and_then(serde_json::Number::from_f64).map(serde_json::Value::Number);
    whole.or_else(real).unwrap_or_else(|| text.into())
}

/// The words for what stands in a place where something else is wanted.
pub fn what(value: &Value) -> &'static str {
    match value {
        Value::Nothing => "nothing",
        Value::Text(_) => "a text",
        Value::Bool(..) => "yes or no",
        Value::Number(_) => "a number",
        Value::Date(_) => "a date",
        Value::List(_) => "a list",
        Value::Table(_) => "a group of keys",
    }
}
