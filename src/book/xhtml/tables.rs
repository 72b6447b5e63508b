//! Which elements and attributes a page of a book may have.
//!
//! In: nothing. Out: tables of names.
//!
//! Invariant: what is in none of the tables is not an element of a book; its text stays.

/// What an element is, to the one that holds it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Class {
    /// Words and marks of words.
    Words,
    /// A block that holds blocks.
    Block,
    /// A block that holds words only.
    Line,
    /// `ul` and `ol`, which hold `li`.
    List,
    /// `li`.
    Item,
    /// `dl`.
    Definitions,
    /// `dt` and `dd`.
    Definition,
    /// `table`.
    Table,
    /// `thead`, `tbody`, `tfoot`.
    Rows,
    /// `tr`.
    Row,
    /// `td` and `th`.
    Cell,
    /// `caption`, `colgroup` and `col`, which stand in a table.
    Apart,
    /// A formula, with all that is in it.
    Formula,
    /// Nothing for readers, with all that is in it.
    Unread,
    /// No element of a book; what it holds stays.
    None,
}

/// Elements without an end.
pub(super) const VOID: [&str; 13] = ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"];

/// The class of an element.
pub(super) fn class(name: &str) -> Class {
    match name {
        "a" | "abbr" | "b" | "bdi" | "bdo" | "br" | "cite" | "code" | "del" | "dfn" | "em" | "i" | "img" | "ins" | "kbd" | "mark" | "q"
        | "s" | "samp" | "small" | "span" | "strong" | "sub" | "sup" | "time" | "u" | "var" | "wbr" => Class::Words,
        "acronym" | "big" | "font" | "label" | "nobr" | "strike" | "tt" => Class::Words,
        "div" | "section" | "article" | "aside" | "nav" | "blockquote" | "figure" | "figcaption" | "hr" => Class::Block,
        "address" | "center" | "details" | "footer" | "header" | "hgroup" | "main" | "body" => Class::Block,
        "p" | "pre" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "summary" => Class::Line,
        "ul" | "ol" | "menu" | "dir" => Class::List,
        "li" => Class::Item,
        "dl" => Class::Definitions,
        "dt" | "dd" => Class::Definition,
        "table" => Class::Table,
        "thead" | "tbody" | "tfoot" => Class::Rows,
        "tr" => Class::Row,
        "td" | "th" => Class::Cell,
        "caption" | "colgroup" | "col" => Class::Apart,
        "math" => Class::Formula,
        "button" | "canvas" | "datalist" | "dialog" | "head" | "iframe" | "map" | "meter" | "noscript" | "object" | "option"
        | "progress" | "script" | "select" | "style" | "svg" | "template" | "textarea" | "title" => Class::Unread,
        _ => Class::None,
    }
}

/// The element that stands in a book for one that is out of use, or that a book cannot open and close.
pub(super) fn renamed(name: &str) -> &str {
    match name {
        "acronym" => "abbr",
        "big" | "font" | "label" | "nobr" => "span",
        "strike" => "s",
        "tt" => "code",
        "address" | "center" | "details" | "footer" | "header" | "hgroup" | "main" | "body" => "div",
        "summary" => "p",
        "menu" | "dir" => "ul",
        name => name,
    }
}

/// Whether an attribute of an element may stand in a book with its value; ids and addresses are judged elsewhere.
pub(super) fn may_have(element: &str, name: &str, value: &str) -> bool {
    let is_number = || !value.is_empty() && value.len() < 6 && value.bytes().all(|byte| byte.is_ascii_digit()) && value != "0";
    match (element, name) {
        (_, "class" | "title" | "aria-label" | "epub:type") => !value.trim().is_empty(),
        (_, "aria-hidden") => matches!(value, "true" | "false"),
        (_, "data-pillar") => true,
        (_, "dir") => matches!(value, "ltr" | "rtl" | "auto"),
        ("td" | "th", "colspan" | "rowspan") | ("img", "width" | "height") => is_number(),
        ("th", "scope") => matches!(value, "row" | "col" | "rowgroup" | "colgroup"),
        ("ol", "start") | ("li", "value") => is_number(),
        ("ol", "type") => matches!(value, "1" | "a" | "A" | "i" | "I"),
        _ => false,
    }
}
