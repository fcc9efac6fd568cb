export interface NeededProgram {
  /** Its names; one of them must be installed. */
  readonly programs: readonly string[]
  /** The package that has it, by package manager. */
  readonly packages: Readonly<Record<'apt' | 'apk' | 'dnf' | 'brew' | 'nix', string>>
}

export type ProgramUser = 'sandbox' | 'sandbox-aegis' | 'bench' | 'test'

export function missingPrograms(user: ProgramUser, path?: string): readonly NeededProgram[]

export function packagesOf(program: string): NeededProgram | undefined

export function installLines(missing: readonly NeededProgram[]): readonly string[]

export function findProgram(names: readonly string[], path?: string): string | undefined
