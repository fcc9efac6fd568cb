/**
 * preflight's own surroundings: the one place that reads the process's environment. What is read here configures the
 * tool (colours, where state is kept); the environment under test is a `TestedEnvironment`, made in `src/app`.
 */
export function surrounding(name: 'NO_COLOR' | 'FORCE_COLOR' | 'TERM' | 'CI' | 'HOME' | 'PATH' | 'LANG' | 'TMPDIR' | 'DEBUG' | 'XDG_STATE_HOME' | 'GITHUB_STEP_SUMMARY'): string | undefined {
  return process.env[name]
}

/** Everything this process was started with, for the one case in which it is itself the environment under test. */
export function inheritedVariables(): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined))
}

/** A variable that a runbook passes on to a program of its own by name. */
export function passedOnVariable(name: string): string | undefined {
  return process.env[name]
}
