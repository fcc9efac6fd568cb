import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SqlTextError, statementsOf } from '../../../../src/runbooks/actions/sql/statements.js'

const firstWords = (text: string) => statementsOf(text).map(({ words }) => words[0])

describe('statements of a text', () => {
  it.each([
    ['SELECT 1; SELECT 2;', ['SELECT', 'SELECT']],
    ['  ;; -- nothing\n /* nor ; here */ ', []],
    ["INSERT INTO a VALUES ('; COMMIT; '''); UPDATE a SET b = 1", ['INSERT', 'UPDATE']],
    [String.raw`SELECT E'\'; COMMIT; --'; SELECT '\'; DELETE FROM a`, ['SELECT', 'SELECT', 'DELETE']],
    ['SELECT "a; COMMIT; ""b"; SELECT 1', ['SELECT', 'SELECT']],
    ['DO $$ BEGIN COMMIT; END $$; SELECT $tag$ $$; COMMIT; $tag$', ['DO', 'SELECT']],
    ['SELECT a$b$c; SELECT $1; SELECT 1', ['SELECT', 'SELECT', 'SELECT']],
    ['/* a /* nested ; */ COMMIT; */ SELECT 1', ['SELECT']],
    ['SELECT 1 -- ; COMMIT\n; SELECT 2', ['SELECT', 'SELECT']],
    [
      'CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END; SELECT 1',
      ['CREATE', 'SELECT'],
    ],
    ['CREATE OR REPLACE PROCEDURE p() BEGIN ATOMIC SELECT 1; END; COMMIT', ['CREATE', 'COMMIT']],
    ['CREATE RULE r AS ON INSERT TO a DO (SELECT 1; SELECT 2); SELECT 3', ['CREATE', 'SELECT']],
  ])('%s', (text, expected) => {
    expect(firstWords(text)).toEqual(expected)
  })

  it.each([
    ['\\copy a from b', 'it contains a backslash command, which only psql knows'],
    ['SELECT 1 \\gx', 'it contains a backslash command, which only psql knows'],
    ["SELECT 'a", 'a string does not end'],
    ['SELECT "a', 'a quoted name does not end'],
    ['SELECT $$a', 'a string in dollar quotes does not end'],
    ['/* /* */', 'a comment does not end'],
  ])('%s: %s', (text, message) => {
    expect(() => statementsOf(text)).toThrow(new SqlTextError(message))
  })

  it.each([
    ['SELECT 1; -- first\nSELECT 2 ;', ['SELECT 1', '-- first\nSELECT 2']],
    ["INSERT INTO a VALUES ('; x'); VACUUM", ["INSERT INTO a VALUES ('; x')", 'VACUUM']],
    [
      'CREATE RULE r AS ON INSERT TO a DO (SELECT 1; SELECT 2);;',
      ['CREATE RULE r AS ON INSERT TO a DO (SELECT 1; SELECT 2)'],
    ],
  ])('%j have their own texts', (text, expected) => {
    expect(statementsOf(text).map((statement) => statement.text)).toEqual(expected)
  })

  it('hold whatever is in quotes together', () => {
    const quote = fc.constantFrom(
      (text: string) => `'${text.replaceAll("'", "''")}'`,
      (text: string) => `"${text.replaceAll('"', '""')}"`,
      (text: string) => `$q$${text.replaceAll('$', '')}$q$`,
      (text: string) => `/*${text.replaceAll(/[*/]/g, '')}*/`,
    )
    fc.assert(
      fc.property(
        fc.array(fc.tuple(quote, fc.oneof(fc.string(), fc.constantFrom('; COMMIT;', "';", '";', '--', '\\q', '$$'))), {
          maxLength: 5,
        }),
        (parts) => {
          const text = `SELECT ${parts.map(([inQuotes, inner]) => inQuotes(inner)).join(' ')}; VACUUM`
          expect(firstWords(text)).toEqual(['SELECT', 'VACUUM'])
        },
      ),
    )
  })
})
