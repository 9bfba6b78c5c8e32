-- Chapter 17: room for new versions of rows is PostgreSQL's affair. Here a row has one place in an index.
select 1;
