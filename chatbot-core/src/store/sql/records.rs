//! Rows within a row: what PostgreSQL answers where one statement reads from many tables.

use sqlx::error::BoxDynError;
use sqlx::postgres::types::{Oid, PgRecordDecoder};
use sqlx::postgres::{PgHasArrayType, PgTypeInfo, PgValueRef};
use sqlx::{Decode, Postgres, Type, ValueRef};

use super::cell::Cell;

// Of `pg_type.dat`; they never change.
const BOOL: u32 = 16;
const BYTEA: u32 = 17;
const INT8: u32 = 20;
const TEXT: u32 = 25;
const FLOAT8: u32 = 701;
const TIMESTAMPTZ: u32 = 1184;
const RECORD: u32 = 2249;
const RECORDS: u32 = 2287;
const UUID: u32 = 2950;
const JSONB: u32 = 3802;

/// A record's values, in the order of its columns.
pub(super) struct Values(pub(super) Vec<Option<Cell>>);

impl Type<Postgres> for Values {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(Oid(RECORD))
    }

    fn compatible(_: &PgTypeInfo) -> bool {
        true
    }
}

impl PgHasArrayType for Values {
    fn array_type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(Oid(RECORDS))
    }
}

impl<'r> Decode<'r, Postgres> for Values {
    fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
        let columns = value.as_bytes()?.first_chunk::<4>().map_or(0, |count| u32::from_be_bytes(*count));
        let mut decoder = PgRecordDecoder::new(value)?;
        (0..columns).map(|_| decoder.try_decode::<Field>().map(|field| field.0)).collect::<Result<_, _>>().map(Self)
    }
}

/// One value of a record.
struct Field(Option<Cell>);

impl Type<Postgres> for Field {
    fn type_info() -> PgTypeInfo {
        <String as Type<Postgres>>::type_info()
    }

    fn compatible(_: &PgTypeInfo) -> bool {
        true
    }
}

impl<'r> Decode<'r, Postgres> for Field {
    fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
        if value.is_null() {
            return Ok(Self(None));
        }
        let kind = value.type_info().oid().map_or(0, |oid| oid.0);
        macro_rules! as_a {
            ($variant:ident) => {
                Decode::<Postgres>::decode(value).map(|value| Self(Some(Cell::$variant(Some(value)))))
            };
        }
        match kind {
            BOOL => as_a!(Bool),
            INT8 => as_a!(Int),
            FLOAT8 => as_a!(Float),
            TEXT => as_a!(Text),
            BYTEA => as_a!(Bytes),
            UUID => as_a!(Uuid),
            TIMESTAMPTZ => as_a!(Time),
            JSONB => as_a!(Json),
            _ => Err(format!("a column of the type with oid {kind}, which no table of ours has").into()),
        }
    }
}
