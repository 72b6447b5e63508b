//! A small judge of JSON by a JSON Schema: the keywords that the schemas of SARIF and of `graph.json` use, and no others.

use serde_json::Value;

/// Everything about a value that a schema does not allow, each with its place.
pub fn faults(schema: &Value, value: &Value) -> Vec<String> {
    let mut out = Vec::new();
    judge(schema, schema, value, "", &mut out);
    out
}

fn judge(root: &Value, schema: &Value, value: &Value, at: &str, out: &mut Vec<String>) {
    for (key, rule) in schema.as_object().unwrap() {
        match key.as_str() {
            "$ref" => {
                let path = rule.as_str().unwrap().strip_prefix('#').unwrap();
                judge(root, root.pointer(path).unwrap_or_else(|| panic!("{path}")), value, at, out);
            }
            "type" => {
                let fits = |name: &Value| is(value, name.as_str().unwrap());
                let fit = rule.as_array().map_or_else(|| fits(rule), |names| names.iter().any(fits));
                say(fit, at, &format!("is no {rule}"), out);
            }
            "enum" => say(rule.as_array().unwrap().contains(value), at, &format!("{value} is none of {rule}"), out),
            "required" => {
                for name in rule.as_array().unwrap().iter().map(|name| name.as_str().unwrap()) {
                    say(value.as_object().is_none_or(|object| object.contains_key(name)), at, &format!("lacks {name}"), out);
                }
            }
            "properties" => {
                for (name, inner) in value.as_object().into_iter().flatten() {
                    if let Some(rule) = rule.get(name) {
                        judge(root, rule, inner, &format!("{at}/{name}"), out);
                    }
                }
            }
            "additionalProperties" => {
                let known = |name: &str| schema.get("properties").is_some_and(|known| known.get(name).is_some());
                for (name, inner) in value.as_object().into_iter().flatten().filter(|(name, _)| !known(name)) {
                    match rule {
                        Value::Bool(allowed) => say(*allowed, at, &format!("has {name}"), out),
                        rule => judge(root, rule, inner, &format!("{at}/{name}"), out),
                    }
                }
            }
            "items" => {
                for (number, inner) in value.as_array().into_iter().flatten().enumerate() {
                    judge(root, rule, inner, &format!("{at}/{number}"), out);
                }
            }
            "minItems" => {
                say(value.as_array().is_none_or(|list| list.len() as u64 >= rule.as_u64().unwrap()), at, "is too short", out);
            }
            "uniqueItems" => {
                let list = value.as_array().map_or(&[][..], Vec::as_slice);
                let twice = list.iter().enumerate().any(|(at, item)| list[..at].contains(item));
                say(!twice || rule == &Value::Bool(false), at, "holds something twice", out);
            }
            "minimum" => say(value.as_f64().is_none_or(|number| number >= rule.as_f64().unwrap()), at, &format!("is below {rule}"), out),
            "maximum" => say(value.as_f64().is_none_or(|number| number <= rule.as_f64().unwrap()), at, &format!("is above {rule}"), out),
            "anyOf" | "oneOf" => {
                let fit = rule.as_array().unwrap().iter().filter(|rule| {
                    let mut inner = Vec::new();
                    judge(root, rule, value, at, &mut inner);
                    inner.is_empty()
                });
                let count = fit.count();
                say(if key == "anyOf" { count > 0 } else { count == 1 }, at, &format!("fits {count} of {key}"), out);
            }
            "format" => {
                let text = value.as_str().unwrap_or("");
                let fit =
                    rule != "uri" && rule != "uri-reference" || text.bytes().all(|b| b.is_ascii_graphic() && !b"<>\"{}|\\^`".contains(&b));
                say(fit, at, &format!("{text:?} is no {rule}"), out);
            }
            // What no rule follows from, and patterns of values that the program does not write.
            "description" | "default" | "title" | "definitions" | "$defs" | "$schema" | "$id" | "pattern" => {}
            key => panic!("the schema uses `{key}`, which this judge does not know"),
        }
    }
}

fn say(fit: bool, at: &str, wrong: &str, out: &mut Vec<String>) {
    if !fit {
        out.push(format!("{}: {wrong}", if at.is_empty() { "/" } else { at }));
    }
}

fn is(value: &Value, name: &str) -> bool {
    match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "null" => value.is_null(),
        name => panic!("no type {name}"),
    }
}
