//! A value on its way into a column, and rows of them: what one statement writes or looks for.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use sqlx::error::BoxDynError;
use sqlx::types::Json;
use uuid::Uuid;

use super::engine::{Engine, Holds};
use super::text::{storable, storable_json};
use super::time::Ts;

/// One value of one of the types a column may have; nothing is null of its type.
#[derive(Debug, Clone)]
pub(crate) enum Cell {
    Bool(Option<bool>),
    Int(Option<i64>),
    Float(Option<f64>),
    Text(Option<String>),
    Bytes(Option<Vec<u8>>),
    Uuid(Option<Uuid>),
    Time(Option<Ts>),
    Json(Option<Json<Value>>),
}

/// A type that a cell holds, or may hold.
pub(crate) trait OfCell: Sized {
    /// The cell's value (`None`: it is null); `None` where it holds something else.
    fn of(cell: Option<Cell>) -> Option<Self>;
}

macro_rules! cells {
    ($($variant:ident $type:ty),* $(,)?) => {
        $(
            impl OfCell for $type {
                fn of(cell: Option<Cell>) -> Option<Self> {
                    if let Some(Cell::$variant(value)) = cell { value } else { None }
                }
            }

            impl OfCell for Option<$type> {
                fn of(cell: Option<Cell>) -> Option<Self> {
                    match cell {
                        None => Some(None),
                        Some(Cell::$variant(value)) => Some(value),
                        Some(_) => None,
                    }
                }
            }

            impl From<$type> for Cell {
                fn from(value: $type) -> Self {
                    Self::$variant(Some(value))
                }
            }

            impl From<Option<$type>> for Cell {
                fn from(value: Option<$type>) -> Self {
                    Self::$variant(value)
                }
            }
        )*
    };
}
cells!(Bool bool, Int i64, Float f64, Text String, Bytes Vec<u8>, Uuid Uuid, Time Ts, Json Json<Value>);

impl Cell {
    /// Adds it to a statement's arguments.
    pub(super) fn put<E: Engine>(self, arguments: &mut E::Arguments) -> Result<(), BoxDynError> {
        match self {
            Self::Bool(value) => <E as Holds<Option<bool>>>::put(arguments, value),
            Self::Int(value) => <E as Holds<Option<i64>>>::put(arguments, value),
            Self::Float(value) => <E as Holds<Option<f64>>>::put(arguments, value),
            Self::Text(value) => <E as Holds<Option<String>>>::put(arguments, value),
            Self::Bytes(value) => <E as Holds<Option<Vec<u8>>>>::put(arguments, value),
            Self::Uuid(value) => <E as Holds<Option<Uuid>>>::put(arguments, value),
            Self::Time(value) => <E as Holds<Option<Ts>>>::put(arguments, value),
            Self::Json(value) => <E as Holds<Option<Json<Value>>>>::put(arguments, value),
        }
    }
}

/// Takes values one after another: a statement its arguments, a set the columns of its rows.
pub(super) trait Binds: Sized {
    /// The next value.
    fn cell(self, cell: Cell) -> Self;
    /// Notes that a value cannot be stored.
    fn problem(&mut self, problem: BoxDynError);

    fn bind<T: Into<Cell>>(self, value: T) -> Self {
        self.cell(value.into())
    }

    fn text(self, value: &str) -> Self {
        self.bind(storable(value).into_owned())
    }

    fn opt_text(self, value: Option<&str>) -> Self {
        self.bind(value.map(|v| storable(v).into_owned()))
    }

    fn time(self, value: DateTime<Utc>) -> Self {
        self.bind(Ts::new(value))
    }

    fn opt_time(self, value: Option<DateTime<Utc>>) -> Self {
        self.bind(value.map(Ts::new))
    }

    fn json<T: Serialize + ?Sized>(mut self, value: &T) -> Self {
        let value = jsonable(&mut self, value);
        self.bind(Json(value))
    }

    fn opt_json<T: Serialize>(mut self, value: Option<&T>) -> Self {
        let value = value.map(|v| Json(jsonable(&mut self, v)));
        self.bind(value)
    }
}

fn jsonable<B: Binds, T: Serialize + ?Sized>(binds: &mut B, value: &T) -> Value {
    match serde_json::to_value(value) {
        Ok(value) => storable_json(value),
        Err(problem) => {
            binds.problem(problem.into());
            Value::Null
        }
    }
}

/// Rows of one width: all that a statement for many writes or looks for.
#[derive(Debug, Default)]
pub(crate) struct Set {
    cells: Vec<Cell>,
    rows: usize,
    problem: Option<BoxDynError>,
}

impl Set {
    /// One row for each item.
    pub(super) fn of<T>(items: impl IntoIterator<Item = T>, row: impl Fn(Set, T) -> Set) -> Self {
        let mut set = Self::default();
        for item in items {
            set = row(set, item);
            set.rows += 1;
        }
        set
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rows == 0
    }

    pub(super) fn len(&self) -> usize {
        self.rows
    }

    /// What cannot be stored, if anything.
    pub(super) fn take_problem(&mut self) -> Option<BoxDynError> {
        self.problem.take()
    }

    /// Columns of a row.
    pub(super) fn width(&self) -> usize {
        self.cells.len().checked_div(self.rows).unwrap_or(0)
    }

    /// Sets of so many rows at most, whose number is a power of two: few texts of statements come of it.
    #[cfg(feature = "sqlite")]
    pub(super) fn split(self, most: usize) -> Vec<Self> {
        let (width, mut left) = (self.width(), self.rows);
        let mut cells = self.cells.into_iter();
        let mut sets = Vec::new();
        while left > 0 {
            let rows = most.min(1 << left.ilog2());
            sets.push(Self { cells: cells.by_ref().take(rows * width).collect(), rows, problem: None });
            left -= rows;
        }
        sets
    }

    /// The cells, row by row.
    #[cfg(feature = "sqlite")]
    pub(super) fn into_rows(self) -> (usize, usize, Vec<Cell>) {
        (self.rows, self.width(), self.cells)
    }

    /// The cells, column by column.
    #[cfg(feature = "postgres")]
    pub(super) fn into_columns(self) -> Vec<Vec<Cell>> {
        let width = self.width();
        let mut columns: Vec<Vec<Cell>> = (0..width).map(|_| Vec::with_capacity(self.rows)).collect();
        let mut cells = self.cells.into_iter();
        for _ in 0..self.rows {
            for column in &mut columns {
                column.extend(cells.next());
            }
        }
        columns
    }
}

impl Binds for Set {
    fn cell(mut self, cell: Cell) -> Self {
        self.cells.push(cell);
        self
    }

    fn problem(&mut self, problem: BoxDynError) {
        self.problem.get_or_insert(problem);
    }
}
