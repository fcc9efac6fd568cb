import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { blankOf, wholeNumber } from '../../base/facts.js'
import { pathText } from '../../base/text/terminal-text.js'
import { defineProbe, isGiven } from '../../engine/probe.js'
import { readUptime } from '../../host/figures.js'
import { ticksPerSecond } from '../../host/process-stat.js'
import { ProcTree, procRootInput } from '../../host/proc-tree.js'
import { shareInPercent } from '../../host/processor-time.js'
import { openFilesOf, type RunningProcess, wordsOf } from '../../host/running-process.js'
import { durationInput } from '../../net/credential.js'
import { portInput } from '../../net/host-port.js'
import { busiest, mostBusiest } from './process/busiest.js'
import { findProcesses, reasons, startOf } from './process/find.js'
import { commandLine } from '../../base/text/shell-words.js'
import { createRedactor } from '../../redaction/redact.js'

const input = z
  .strictObject({
    'pid-file': pathText().optional().describe('a file on whose first line the id of the process is'),
    port: portInput().optional().describe('a TCP port that the process listens on'),
    command: z
      .string()
      .min(1)
      .max(4096)
      .refine((command) => !command.includes('\0') && !command.endsWith('/'), 'expected the name or path of a program')
      .optional()
      .describe(
        'the first word of its command line: with a slash all of it, else its last part; exact, not a pattern. For a script that is its interpreter',
      ),
    busiest: z.boolean().default(false).describe('also list the processes of the machine that run most'),
    window: durationInput()
      .prefault('1s')
      .describe("how long the busiest are looked for; shorter than the check's timeout"),
    'proc-root': procRootInput(),
  })
  .refine(
    (given) => [given['pid-file'], given.port, given.command].filter((name) => name !== undefined).length <= 1,
    'one of pid-file, port and command',
  )
  .refine(
    (given) => given.busiest || [given['pid-file'], given.port, given.command].some((name) => name !== undefined),
    'pid-file, port or command, or busiest: true',
  )

const facts = z.strictObject({
  running: z.boolean().describe('there is such a process, and it has not ended'),
  reason: z.enum(reasons).describe('why none is found'),
  count: wholeNumber().describe('such processes; the facts from pid to openFilesUsedPercent are of the oldest'),
  pids: z.array(wholeNumber()).describe('ids of all of them, the oldest first'),
  totalRssBytes: wholeNumber().describe(
    'bytes of memory of all of them that are in RAM; what they share counts for each; the largest number there is if unknown',
  ),
  pid: wholeNumber().describe('its process id; -1 without one'),
  program: z.string().describe('name of its program, at most 15 characters'),
  ownerUid: wholeNumber().describe('id of the user with whose rights it acts; -1 if unknown'),
  owner: z.string().describe('name of that user in /etc/passwd of this machine; empty where it has none'),
  startedAt: z.string().describe('when it started, ISO 8601; empty if unknown'),
  uptimeSeconds: wholeNumber().describe('seconds since then; 0 if unknown'),
  rssBytes: wholeNumber().describe('bytes of its memory that are in RAM; the largest number there is if unknown'),
  commandLineKnown: z.boolean().describe('its command line is shown, and can be searched for secrets'),
  commandLine: z
    .string()
    .describe(
      'its command line; masked are known secrets and what looks like a credential, not a password that is an ordinary word without an option before it; empty if unknown',
    ),
  openFilesKnown: z.boolean().describe('the system shows how many files it has open, and may have'),
  openFiles: wholeNumber().describe('files it has open; the largest number there is if unknown'),
  openFilesLimit: wholeNumber().describe('files it may have open, the largest number there is for any; 0 if unknown'),
  openFilesUsedPercent: z.number().describe('percent of that limit that it has open; 100 if unknown'),
  busiestKnown: z.boolean().describe('it was asked which processes run most, and the system shows it'),
  busiest: z
    .array(
      z.strictObject({
        pid: wholeNumber().describe('process id'),
        program: z.string().describe('name of its program, at most 15 characters'),
        cpuPercent: z.number().describe('percent of the time of all processors together that it had in the window'),
        rssBytes: wholeNumber().describe('bytes of its memory that are in RAM; 0 for a part of the kernel'),
      }),
    )
    .describe(`the processes that ran most in the window, the busiest first, ${mostBusiest} at most`),
})
type ProcessFacts = z.output<typeof facts>

const largest = Number.MAX_SAFE_INTEGER
const blank = blankOf(facts, {
  totalRssBytes: largest,
  pid: -1,
  ownerUid: -1,
  rssBytes: largest,
  openFiles: largest,
  openFilesUsedPercent: 100,
})

export const probe = defineProbe({
  kind: 'process',
  title: 'a process of this machine',
  description:
    'Finds a process by its pid file, by the TCP port it listens on or by its command, and reads from /proc since when it runs, as whom, with what memory and with how many open files. A process that started more than 2 seconds after its pid file was last written is another one that has the same id (`pid-file-reused`). preflight itself is not found by a command. What processes of other users have open, only root sees.',
  input,
  facts,
  defaultTimeout: 10_000,
  examples: [
    {
      title: 'the bus runs as its own user, with files to spare',
      input: { 'pid-file': '/run/busd.pid' },
      expect: 'facts.running && facts.owner == "bus" && facts.openFilesUsedPercent < 80.0',
    },
    {
      title: 'one worker at least, and not restarted in the last minute',
      input: { command: 'bus-worker' },
      expect: 'facts.count >= 1 && facts.uptimeSeconds > 60',
    },
    {
      title: 'no process takes most of the machine',
      input: { busiest: true, window: '5s' },
      expect: 'facts.busiestKnown && facts.busiest.all(each, each.cpuPercent < 90.0)',
    },
  ],
  concealed: (given) => (isGiven(given, 'busiest') ? {} : { busiest: 'busiest is not asked for' }),
  needs: (given) => ({
    files: [given['pid-file'], given['proc-root']].filter((path) => path !== undefined),
    rights: ['see the processes of all users in /proc'],
  }),
  async observe(given, { signal }) {
    signal.throwIfAborted()
    const tree = new ProcTree(given['proc-root'])
    const found = await findProcesses(given, tree, signal)
    const busy = given.busiest ? await busiest(tree, given.window, signal) : undefined
    return {
      ...blank,
      ...(typeof found === 'string' ? { reason: found } : await described(found, tree)),
      ...(busy === undefined ? {} : { busiestKnown: true, busiest: [...busy] }),
    }
  },
})

async function described(found: readonly RunningProcess[], tree: ProcTree): Promise<Partial<ProcessFacts>> {
  const oldest = found[0]!
  const sizes = found.map(({ rssBytes }) => rssBytes)
  const started = await startOf(tree, oldest)
  const up = readUptime((await tree.text('uptime')) ?? '')
  return {
    running: true,
    count: found.length,
    pids: found.map(({ pid }) => pid),
    totalRssBytes: sizes.reduce<number>(
      (sum, size) => (size === undefined ? largest : Math.min(largest, sum + size)),
      0,
    ),
    pid: oldest.pid,
    program: oldest.program,
    ownerUid: oldest.uid ?? -1,
    owner: oldest.uid === undefined ? '' : await accountOf(oldest.uid),
    startedAt: started === undefined ? '' : new Date(started).toISOString(),
    uptimeSeconds: up === undefined ? 0 : Math.max(0, Math.floor(up - Number(oldest.started) / ticksPerSecond)),
    rssBytes: oldest.rssBytes ?? largest,
    ...(await commandLineOf(tree, oldest.pid)),
    ...(await filesOf(tree, oldest.pid)),
  }
}

async function commandLineOf(tree: ProcTree, pid: number): Promise<Partial<ProcessFacts>> {
  const words = await wordsOf(tree, pid)
  const commandLine = words === undefined ? undefined : shownCommandLine(words)
  return commandLine === undefined ? {} : { commandLineKnown: true, commandLine }
}

async function filesOf(tree: ProcTree, pid: number): Promise<Partial<ProcessFacts>> {
  const files = await openFilesOf(tree, pid)
  if (files === undefined) return {}
  const { open, most } = files
  return {
    openFilesKnown: true,
    openFiles: open,
    openFilesLimit: most ?? largest,
    openFilesUsedPercent: most === null ? 0 : most === 0 ? 100 : shareInPercent(open, most),
  }
}

/** Empty for a user that only a directory service knows, and where the system has no such file, or does not show it. */
async function accountOf(uid: number): Promise<string> {
  const accounts = await readFile('/etc/passwd', 'utf8').catch(() => '')
  return (
    accounts
      .split('\n')
      .map((line) => line.split(':'))
      .find((fields) => fields[2] === String(uid))?.[0] ?? ''
  )
}

/** Bytes of a command line that is shown. */
const longestCommandLine = 64 * 1024

/**
 * A command line as a shell has to be given it, without what looks like a credential, and without the value after an
 * option that names one. What of it is a known secret is masked in the result, as everywhere.
 *
 * @param bytes of /proc/PID/cmdline, without the end
 * @returns `undefined` for what cannot be searched for secrets: it is not text, or it is too long
 */
function shownCommandLine(bytes: Buffer): string | undefined {
  const text = bytes.toString('utf8')
  if (bytes.length > longestCommandLine || !Buffer.from(text, 'utf8').equals(bytes)) return undefined
  const redactor = createRedactor([])
  const words = redactor.value(text.split('\0'))
  if (!Array.isArray(words) || !words.every((word) => typeof word === 'string')) return undefined
  return redactor.text(commandLine(words))
}
