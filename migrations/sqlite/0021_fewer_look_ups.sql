-- Chapter 21: nothing on SQLite, where looking up a reference is a step in the same memory and a table's references are
-- dropped only with the table.
select 1;
