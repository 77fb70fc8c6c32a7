//! Values that a script handles, as far as they can be known without running it.

use super::listed;
use crate::plan::file_op::{Algorithm, Hash, Listed};

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    /// Nothing.
    Null,
    /// `$true`, `$false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A text.
    Text(String),
    /// Several values.
    List(Vec<Value>),
    /// A hashtable, in order.
    Map(Vec<(String, Value)>),
    /// What `Get-FileHash` gives.
    FileHash(String, Algorithm),
    /// The digits of a file's hash, which only the build knows, and whether they are small letters.
    HashText(String, Algorithm, bool),
    /// Whether a file has a hash; `same` is false for "has not".
    HashIs {
        /// The file.
        path: String,
        /// The hash.
        expected: Expected,
        /// Which of the two.
        same: bool,
    },
    /// A text of a file.
    Listed(listed::Text),
    /// Whether a path is there, which only the build knows; `there` is false for "is not".
    Exists {
        /// The path.
        path: String,
        /// Which of the two.
        there: bool,
    },
    /// A `Net.WebClient`, by its number.
    WebClient(usize),
    /// A type, by its name without brackets.
    Type(String),
    /// A script block, as written.
    Block(String),
    /// Something that is only good to be printed or thrown away, and what it is.
    Opaque(String),
}

/// A hash that a file's is compared with.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Expected {
    /// This one.
    Known(Hash),
    /// One that stands in a file.
    Listed(Algorithm, Listed),
}

impl Value {
    /// A text.
    pub fn text(text: impl Into<String>) -> Value {
        Value::Text(text.into())
    }

    /// The values of a statement's output: none is null, one is itself.
    pub fn collect(mut values: Vec<Value>) -> Value {
        match values.len() {
            0 => Value::Null,
            1 => values.remove(0),
            _ => Value::List(values),
        }
    }

    /// The value as PowerShell puts it into a string; an error names what cannot be known.
    pub fn to_text(&self) -> Result<String, String> {
        Ok(match self {
            Value::Null => String::new(),
            Value::Bool(true) => "True".to_owned(),
            Value::Bool(false) => "False".to_owned(),
            Value::Int(number) => number.to_string(),
            Value::Text(text) => text.clone(),
            Value::List(values) => values.iter().map(Value::to_text).collect::<Result<Vec<_>, _>>()?.join(" "),
            Value::Type(name) => name.clone(),
            other => return Err(other.what()),
        })
    }

    /// Whether it counts as true; an error names what cannot be known.
    pub fn truth(&self) -> Result<bool, String> {
        Ok(match self {
            Value::Null => false,
            Value::Bool(truth) => *truth,
            Value::Int(number) => *number != 0,
            Value::Text(text) => !text.is_empty(),
            Value::List(values) => match values.as_slice() {
                [] => false,
                [one] => one.truth()?,
                _ => true,
            },
            Value::Map(_) | Value::FileHash(..) | Value::HashText(..) | Value::WebClient(_) | Value::Type(_) => true,
            Value::Block(_) => true,
            other => return Err(other.what()),
        })
    }

    /// What it is, where its value is not known.
    pub fn what(&self) -> String {
        match self {
            Value::FileHash(path, _) | Value::HashText(path, ..) | Value::HashIs { path, .. } => {
                format!("the hash of {path}")
            }
            Value::Listed(text) => format!("what {} has in it", text.listed.file),
            Value::Exists { path, .. } => format!("whether {path} is there"),
            Value::WebClient(_) => "a web client".to_owned(),
            Value::Map(_) => "a hashtable".to_owned(),
            Value::Block(_) => "a script block".to_owned(),
            Value::Opaque(what) => what.clone(),
            _ => "a value".to_owned(),
        }
    }

    /// The elements of a list; anything else is its own only element, and null has none.
    pub fn elements(self) -> Vec<Value> {
        match self {
            Value::Null => Vec::new(),
            Value::List(values) => values,
            other => vec![other],
        }
    }

    /// The number, if it is one or reads as one.
    pub fn to_int(&self) -> Option<i64> {
        match self {
            Value::Int(number) => Some(*number),
            Value::Bool(truth) => Some(i64::from(*truth)),
            Value::Text(text) if text.is_empty() => Some(0),
            Value::Text(text) => text.trim().parse().ok(),
            Value::Null => Some(0),
            _ => None,
        }
    }
}
