-- Two numbers of five sensors, one event a second of each, and after every one what the model says.
-- bin/sql-client.sh -j carillon-core-0.1.0-SNAPSHOT.jar -j carillon-flink-0.1.0-SNAPSHOT.jar -f score.sql

SET 'sql-client.execution.result-mode' = 'tableau';

CREATE TEMPORARY FUNCTION SCORE AS 'io.carillon.flink.Score';

CREATE TEMPORARY TABLE events (
  id BIGINT,
  sensor AS MOD(id, 5),
  pressure DOUBLE,
  heat DOUBLE,
  ts AS TO_TIMESTAMP_LTZ(1700000000000 + id / 5 * 1000, 3),
  -- datagen counts on several machines at once, so that rows come out of their order.
  WATERMARK FOR ts AS ts - INTERVAL '10' MINUTE
) WITH (
  'connector' = 'datagen',
  'number-of-rows' = '500',
  'fields.id.kind' = 'sequence',
  'fields.id.start' = '0',
  'fields.id.end' = '499',
  'fields.pressure.min' = '980',
  'fields.pressure.max' = '1020',
  'fields.heat.min' = '-41',
  'fields.heat.max' = '-39'
);

-- The folder is one that carillon train has written; columns says what it reads, whatever it calls it.
SELECT * FROM SCORE(
  input => TABLE events PARTITION BY sensor ORDER BY ts,
  folder => '/models/pump',
  columns => DESCRIPTOR(pressure, heat),
  on_time => DESCRIPTOR(ts),
  time_unit => '1 s',
  uid => 'pumps'
);
