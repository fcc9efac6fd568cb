import { z } from 'zod'
import { blankOf, wholeNumber } from '../../base/facts.js'
import { pathOrEmpty, pathText } from '../../base/text/terminal-text.js'
import { failureClasses } from '../../base/vocabulary.js'
import { patternText } from '../../definitions/pattern-schema.js'
import { defineProbe } from '../../engine/probe.js'
import { mostLogBytes, mostLogLines } from '../../host/log-tail.js'
import { durationInput } from '../../net/credential.js'
import { mostFilesRead, readLogFiles } from './log/log-files.js'
import { logProblem, logProblems } from './log/log-problem.js'
import { readLogProgram } from './log/log-program.js'
import { LogTally, longestShownLine, mostValues } from './log/log-tally.js'

const name = () => z.string().regex(/^[a-z][A-Za-z0-9_]{0,39}$/, 'expected a name such as slow_requests')
const field = () => z.string().min(1).max(200)

const few = (most: number) => (all: object) => Object.keys(all).length <= most

const word = () =>
  z
    .string()
    .max(100_000)
    .refine((text) => !text.includes('\0'), 'expected text without a NUL character')

const input = z
  .strictObject({
    paths: z
      .array(pathText())
      .min(1)
      .max(20)
      .optional()
      .describe(
        `the files; in the last part of a path * is any text and ? one character. At most ${mostFilesRead} files; compressed ones are refused`,
      ),
    argv: z
      .array(word())
      .min(1)
      .max(1000)
      .refine(([program]) => program !== '', 'expected a program as the first word')
      .optional()
      .describe(
        'in place of paths: a program and its arguments that prints the lines and ends, run without a shell. It must not change anything; do not put a credential here',
      ),
    cwd: pathOrEmpty().default('').describe('the folder it runs in; empty: the one preflight runs in'),
    'with-stderr': z
      .boolean()
      .default(false)
      .describe('its error output has lines of the log, too, as that of `docker logs` has'),
    lines: z.int().min(1).max(mostLogLines).default(10_000).describe('last lines that are read, of each file'),
    'max-bytes': z
      .int()
      .min(1)
      .max(mostLogBytes)
      .default(1024 * 1024)
      .describe('last bytes that are read, of each file; whole lines only'),
    since: z
      .strictObject({
        age: durationInput().describe('a line that is older is not counted'),
        field: field()
          .optional()
          .describe(
            'the field of JSON lines that has their time; left out: timestamp, @timestamp, time or ts, and the beginning of lines that are not JSON',
          ),
      })
      .optional()
      .describe(
        'only the latest lines. One without a time is as old as the one before it; the first of all are counted',
      ),
    patterns: z
      .record(
        name(),
        z.union([
          patternText(),
          z.strictObject({
            field: field().describe('a field of JSON lines, or the names on the way to it: `log.level`'),
            matches: patternText().describe('what its value must match'),
          }),
        ]),
      )
      .refine(few(50), 'at most 50 patterns')
      .default({})
      .describe(
        "what is counted, by a name of yours: text that is anywhere in a line, or in one of its fields; in RE2's syntax, `(?i)` at the beginning ignores case",
      ),
    json: z
      .record(name(), field())
      .refine(few(20), 'at most 20 fields')
      .default({})
      .describe('fields of JSON lines whose values are counted, by a name of yours'),
    'show-last': z
      .boolean()
      .default(false)
      .describe('show the last line of each pattern; what it holds is then in every report, known secrets masked'),
  })
  .refine((given) => (given.paths === undefined) !== (given.argv === undefined), 'either paths or argv')
  .refine((given) => given.argv !== undefined || !given['with-stderr'], 'with-stderr needs argv')

const facts = z.strictObject({
  problem: z
    .strictObject({
      code: z.enum(logProblems).describe('the first reason for which not everything was read; `none` if there is none'),
      class: z.enum(failureClasses).describe('the most likely cause of a failure'),
      transient: z.boolean().describe('whether a retry may help'),
      detail: z.string().describe('the same, for the reader'),
    })
    .describe('why there is nothing to judge, or not all of it'),
  files: z.array(z.string()).describe('the files that were read, in order'),
  unread: z.array(z.string()).describe('what could not be read, each with the reason'),
  truncated: z
    .boolean()
    .describe('something was not read: earlier lines, because of `lines` or `max-bytes`, or a file'),
  lines: wholeNumber().describe('lines that were counted; blank ones never are'),
  longLines: wholeNumber().describe('of these, lines of which only the first 65536 characters were looked at'),
  jsonLines: wholeNumber().describe('of these, lines that are a JSON object'),
  otherLines: wholeNumber().describe('of these, lines that are none'),
  counts: z.record(z.string(), wholeNumber()).describe('by pattern: lines that match'),
  last: z
    .record(z.string(), z.string())
    .describe(`by pattern: the last line that matches, if it has at most ${longestShownLine} characters`),
  fields: z
    .record(
      z.string(),
      z.strictObject({
        lines: wholeNumber().describe('lines with such a field that is text, a number, true or false'),
        values: z
          .array(
            z.strictObject({
              value: z.string().describe('the value, as text'),
              lines: wholeNumber().describe('lines with it'),
            }),
          )
          .describe(`its ${mostValues} most frequent values, the most frequent first`),
        unlistedLines: wholeNumber().describe('lines with another value, or one of more than 200 characters'),
      }),
    )
    .describe('by name under json: what the field holds'),
  undatedLines: wholeNumber().describe('with since: lines that have no time of their own'),
  olderLines: wholeNumber().describe('with since: lines that were too old to be counted'),
  newestLineAgeSeconds: wholeNumber().describe(
    'with since: seconds since the time of the latest line; the largest number there is without one',
  ),
  reachesBack: z
    .boolean()
    .describe('with since: in every file an older line was seen, so that nothing of that time was left unread'),
  exitCode: wholeNumber().describe('with argv: its exit code; -1 when it did not start or a signal ended it'),
  signal: z.string().describe('with argv: the signal that ended it, or empty'),
  stderr: z.string().describe('with argv: its error output, up to 32 KiB; empty if it has lines of the log'),
})

const blank = blankOf(facts, {
  problem: logProblem('none'),
  truncated: true,
  newestLineAgeSeconds: Number.MAX_SAFE_INTEGER,
  exitCode: -1,
})

export const probe = defineProbe({
  kind: 'log',
  title: 'the end of log files, or of what a program prints',
  description:
    'Reads the last lines of files, or of the output of a program such as journalctl, and counts those that match patterns and the values of fields of JSON lines. Shows no line unless it is asked for. ' +
    'A pipe or a device in place of a file is not waited for, a link into a file of another user is not followed, and a line that is being written is left out. ' +
    'A file that is missing, and a program that ends with another exit code than 0, are problems, since lines that were not read prove nothing; an empty file is not: `lines` is 0. ' +
    'At the time limit the program is ended with everything that it started.',
  input,
  facts,
  defaultTimeout: 10_000,
  examples: [
    {
      title: 'few errors, and no panic, in the last hour',
      input: {
        paths: ['/var/log/bus/*.log'],
        since: { age: '1h' },
        patterns: { errors: { field: 'level', matches: '(?i)^(error|critical)$' }, panics: 'panicked at' },
      },
      expect: 'facts.counts.errors < 10 && facts.counts.panics == 0',
    },
    {
      title: 'the unit logs nothing of the level ERROR',
      input: {
        argv: ['journalctl', '--unit=bus', '--lines=500', '--output=cat', '--quiet'],
        json: { level: 'level' },
      },
      expect: 'facts.lines > 0 && facts.fields.level.values.all(each, each.value != "ERROR")',
    },
  ],
  concealed: (given) => {
    const { since, argv, 'show-last': showLast } = given as Readonly<Record<string, unknown>>
    const all = (names: readonly string[], why: string) => Object.fromEntries(names.map((each) => [each, why]))
    return {
      ...(since === undefined
        ? all(['undatedLines', 'olderLines', 'newestLineAgeSeconds', 'reachesBack'], 'since is not given')
        : {}),
      ...(argv === undefined ? all(['exitCode', 'signal', 'stderr'], 'no program is given') : {}),
      ...(showLast === undefined || showLast === false ? { last: 'show-last is not asked for' } : {}),
    }
  },
  needs: ({ paths = [], argv }) => ({ files: paths, programs: argv === undefined ? [] : argv.slice(0, 1) }),
  async observe(given, { signal }) {
    const most = { lines: given.lines, bytes: given['max-bytes'] }
    const { patterns, json, since, paths, argv, cwd } = given
    const tally = new LogTally({ patterns, fields: json, since, showLast: given['show-last'] })
    if (argv !== undefined) {
      const { texts, ...end } = await readLogProgram({ argv, cwd, withStderr: given['with-stderr'] }, most, signal)
      for (const text of texts) await tally.take(text, signal)
      return { ...blank, ...end, ...tally.counted() }
    }
    const read = await readLogFiles(paths ?? [], most, signal, (text) => tally.take(text, signal))
    return { ...blank, ...read, ...tally.counted(), files: [...read.files], unread: [...read.unread] }
  },
})
