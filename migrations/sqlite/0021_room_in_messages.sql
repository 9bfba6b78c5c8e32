-- Chapter 21: nothing on SQLite, which writes a row where it stands.

select 1;
