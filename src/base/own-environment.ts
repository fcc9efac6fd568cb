// Libraries that read it log arguments, commands and URLs as they are, past every redaction: this file is imported
// before any of them.
const { DEBUG } = process.env
delete process.env['DEBUG']

/** What this process was started with, and nothing that only libraries would read. */
function variables(): Readonly<Record<string, string | undefined>> {
  return DEBUG === undefined ? process.env : { ...process.env, DEBUG }
}

/**
 * preflight's own surroundings: the one place that reads the process's environment. What is read here configures the
 * tool (colours, where state is kept); the environment under test is a `TestedEnvironment`, made in `src/checks`.
 */
export function surrounding(
  name:
    | 'NO_COLOR'
    | 'FORCE_COLOR'
    | 'TERM'
    | 'CI'
    | 'HOME'
    | 'PATH'
    | 'LANG'
    | 'TMPDIR'
    | 'DEBUG'
    | 'XDG_STATE_HOME'
    | 'GITHUB_STEP_SUMMARY'
    | 'NODE_EXTRA_CA_CERTS',
): string | undefined {
  return variables()[name]
}

/** Everything this process was started with, for the one case in which it is itself the environment under test. */
export function inheritedVariables(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(variables()).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}

/** A variable that a runbook passes on to a program of its own by name. */
export function passedOnVariable(name: string): string | undefined {
  return variables()[name]
}

/**
 * Variables that every process has and that hold no secret. Without this list a home folder or a locale would be taken
 * for one and masked throughout the report of a run on this process's own environment.
 */
export const ordinaryVariables: ReadonlySet<string> = new Set(
  'PATH HOME PWD OLDPWD USER LOGNAME SHELL LANG LANGUAGE LC_ALL LC_CTYPE TERM COLORTERM SHLVL HOSTNAME EDITOR PAGER TMPDIR TZ _ CI NO_COLOR FORCE_COLOR NODE_ENV'.split(
    ' ',
  ),
)
