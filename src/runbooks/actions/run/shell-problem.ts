/** How shells, and env(1), say that they cannot start a program. The name is the only group. */
const complaints: Readonly<Record<number, readonly RegExp[]>> = {
  127: [
    /^(?:.*: )?(?:line )?\d+: (.+?): (?:command )?not found$/,
    /^(?:.*: )?(.+?): (?:command )?not found$/,
    /^(?:.*: )?(?:line )?\d+: (.+?): No such file or directory$/,
    /^(?:\S*\/)?env: [‘'"]?(.+?)[’'"]?: No such file or directory$/,
  ],
  126: [
    /^(?:.*: )?(?:line )?\d+: (.+?): (?:Permission denied|Is a directory|cannot execute.*)$/,
    /^(?:\S*\/)?env: [‘'"]?(.+?)[’'"]?: Permission denied$/,
  ],
}

/** Characters of a line that is such a complaint. */
const longestLine = 500

/**
 * What the exit code 126 or 127 of a shell means, with the program that it names in its error output. It says nothing
 * of what was done: a script may have had effects before.
 *
 * @returns `undefined` for any other exit code
 */
export function shellProblem({
  exitCode,
  stderr,
}: {
  readonly exitCode: number
  readonly stderr: string
}): string | undefined {
  const patterns = complaints[exitCode]
  if (patterns === undefined) return undefined
  const name = stderr
    .trimEnd()
    .split('\n')
    .reverse()
    .filter((line) => line.length <= longestLine)
    .flatMap((line) => patterns.flatMap((pattern) => pattern.exec(line)?.[1] ?? []))
    .at(0)
  const isMissing = exitCode === 127
  const said =
    name === undefined
      ? `, as a shell does that cannot ${isMissing ? 'find' : 'execute'} a program`
      : `: the shell ${isMissing ? 'did not find' : 'could not execute'} ${name}`
  return `it ended with exit code ${exitCode}${said}; unknown what it did before that`
}
