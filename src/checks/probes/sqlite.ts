import { resolve } from 'node:path'
import { z } from 'zod'
import { anyJson, blankOf, noProblem, wholeNumber } from '../../base/facts.js'
import { failureClasses } from '../../base/vocabulary.js'
import { pathText } from '../../base/text/terminal-text.js'
import { defineProbe } from '../../engine/probe.js'
import { isRefusal } from '../../net/refusal.js'
import { askSqlite, longestSqliteText, mostSqliteRows, sqliteProblems } from './sqlite/ask-sqlite.js'
import { readDatabaseFile, refuseForeignFiles } from './sqlite/database-file.js'
import { statementProblem } from './sqlite/reading-statement.js'

const input = z.strictObject({
  path: pathText().describe('the file of the database'),
  query: z
    .string()
    .max(20_000)
    .default('')
    .superRefine((text, context) => {
      if (text === '') return
      const problem = text.includes('\0') ? 'expected text without a NUL character' : statementProblem(text)
      if (problem !== undefined) context.addIssue({ code: 'custom', message: problem })
    })
    .describe('one SELECT, VALUES or WITH, or a PRAGMA that only reads (quick_check), whose rows become facts'),
  program: z
    .string()
    .min(1)
    .max(1000)
    .regex(/^[^\0-]/, 'a name on PATH, or a path')
    .default('sqlite3')
    .describe('the program, as a name on PATH or as a path'),
})

const facts = z.strictObject({
  problem: z
    .strictObject({
      code: z.enum(['none', ...sqliteProblems]).describe('the problem; `none` if there was none'),
      class: z.enum(failureClasses).describe('the most likely cause of a failure'),
      transient: z.boolean().describe('whether a retry may help'),
      detail: z.string().describe("the tool's own words"),
    })
    .describe('why the database could not be read'),
  exists: z.boolean().describe('there is such a file, and it can be opened'),
  size: wholeNumber().describe('bytes of the file; an empty file is a database without tables'),
  journal: z
    .enum(['none', 'rollback', 'wal'])
    .describe('how it is written: with a rollback journal, or a write-ahead log; none when it was not read'),
  tables: wholeNumber().describe('how many tables it has, those of SQLite included'),
  columns: z.array(z.string()).describe('names of the columns of the query, in order; empty without a row'),
  rows: z
    .array(z.record(z.string(), anyJson()))
    .describe(
      `its first ${mostSqliteRows} rows, each by column: numbers, null for NULL, and everything else as text of at most ${longestSqliteText} characters`,
    ),
  rowCount: wholeNumber().describe('how many rows these are'),
  truncated: z.boolean().describe('there are more rows, a text in them is cut, or the query was not answered'),
  queryMs: wholeNumber().describe('milliseconds that the tool took'),
})

const blank = blankOf(facts, { problem: noProblem, truncated: true })

const queryFacts = ['columns', 'rows', 'rowCount', 'truncated', 'queryMs'] as const

export const probe = defineProbe({
  kind: 'sqlite',
  title: 'a database of SQLite, and what a query says of it',
  description:
    'Reads a database with the program `sqlite3` (3.37 or newer), which must be installed. Nothing is written to the database: it is opened with `-readonly` and `-safe`, and the query can neither attach another database nor read another file. ' +
    'A missing file is a problem, and is not created. A database that is locked for longer than a second is an error, which may pass by itself. ' +
    'A database in WAL mode that nobody has open gets its -wal and -shm files when it is read, as with every reader; that is refused if they would belong to another user than the database. ' +
    'What the rows hold is shown in reports, so ask for counts and states rather than for personal data.',
  input,
  facts,
  defaultTimeout: 10_000,
  examples: [
    {
      title: 'the database is whole',
      input: { path: '/srv/app/app.db', query: 'PRAGMA quick_check' },
      expect: 'facts.rowCount == 1 && facts.rows[0].quick_check == "ok" && facts.tables > 0',
    },
    {
      title: 'few jobs wait',
      input: { path: '/srv/app/app.db', query: "SELECT count(*) AS waiting FROM jobs WHERE state = 'waiting'" },
      expect: 'facts.rows[0].waiting < 100',
    },
  ],
  concealed: (given) =>
    (given as Partial<z.output<typeof input>>).query === undefined
      ? Object.fromEntries(queryFacts.map((fact) => [fact, 'no query is given']))
      : {},
  needs: ({ program }) => ({ programs: [program] }),
  async observe(given, { signal, deadline }) {
    const path = resolve(given.path)
    const draft = { ...blank }
    try {
      const file = await readDatabaseFile(path)
      Object.assign(draft, { exists: true, size: file.size, journal: file.journal })
      await refuseForeignFiles(path, file)
      const began = performance.now()
      const answer = await askSqlite({ tool: given.program, path }, given.query, deadline.limit(), signal)
      const queryMs = Math.round(performance.now() - began)
      return {
        ...draft,
        ...answer,
        columns: [...answer.columns],
        rows: [...answer.rows],
        rowCount: answer.rows.length,
        queryMs,
      }
    } catch (error) {
      if (!isRefusal(error)) throw error
      const exists = draft.exists || error.problem.code === 'not-a-database'
      return facts.parse({ ...draft, exists, problem: error.problem })
    }
  },
})
