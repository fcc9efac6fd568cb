/** The variables a stand-in is started with. An absent name is an unset variable. */
export type Environment = Readonly<Record<string, string | undefined>>

/** The value under this very name; inherited properties such as `constructor` are not variables. */
export function read(environment: Environment, name: string): string | undefined {
  return Object.hasOwn(environment, name) ? environment[name] : undefined
}
