import { fullInputName } from '../../checks/input-names.js'
import type { Requirements } from '../../checks/requirements.js'
import { counted } from '../../base/text/wording.js'

/** A piece of a cell: words, or a name to show as code. */
type Piece = string | { readonly code: string }

type Cell = readonly Piece[]

export interface RequirementsSection {
  readonly title: string
  readonly about: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly Cell[])[]
}

export function titleOf({ deployment }: Requirements): string {
  return deployment === undefined ? 'What a deployment must bring' : `What the deployment ${deployment} must bring`
}

export function introductionOf({ packs, checks, profile }: Requirements): string {
  return `So that preflight can judge it: ${counted(checks, 'check')} of ${packs.join(', ')}, for the profile ${profile}. No environment was read for this page.`
}

/** The document as tables; those with no rows are left out. */
export function sectionsOf({
  variables,
  inputs,
  servers,
  programs,
  files,
  rights,
}: Requirements): readonly RequirementsSection[] {
  const sections: readonly RequirementsSection[] = [
    {
      title: 'Variables',
      about: 'Of the environment that the services start with. A secret is never shown.',
      head: ['variable', 'pack', 'exposure', 'how it is read', 'checks'],
      rows: variables.map(({ name, pack, exposure, reading, checks }) => [
        [{ code: name }],
        [pack],
        [exposure],
        [reading.replace(`${exposure}; `, '')],
        codes(checks),
      ]),
    },
    {
      title: 'Inputs',
      about: 'Under inputs: in preflight.yaml. A secret belongs in a file of its own.',
      head: ['input', 'pack', 'type', 'required', 'what it is', 'checks'],
      rows: inputs
        .toSorted((a, b) => Number(b.isRequired) - Number(a.isRequired))
        .map(({ name, pack, type, description, isRequired, isSecret, checks }) => [
          [{ code: fullInputName({ system: pack, name }) }],
          [pack],
          [isSecret ? `${type}, secret` : type],
          [isRequired ? 'yes' : 'no'],
          [description],
          codes(checks),
        ]),
    },
    {
      title: 'Servers and ports',
      about: 'They must be reachable from where preflight runs.',
      head: ['address', 'contacted as', 'rights of the login', 'checks'],
      rows: servers.map(({ kind, rights: granted, checks, ...server }) => [
        named(server),
        [kind],
        [granted.join('; ')],
        codes(checks),
      ]),
    },
    {
      title: 'Programs',
      about: 'They must be found where preflight runs.',
      head: ['program', 'checks'],
      rows: programs.map((program) => [named(program), codes(program.checks)]),
    },
    {
      title: 'Files',
      about: 'The user that preflight runs as must be able to read them.',
      head: ['file or folder', 'checks'],
      rows: files.map((file) => [named(file), codes(file.checks)]),
    },
    {
      title: 'Rights',
      about: 'Of the user that preflight runs as.',
      head: ['right', 'checks'],
      rows: rights.map((right) => [named(right), codes(right.checks)]),
    },
  ]
  return sections.filter(({ rows }) => rows.length > 0)
}

function named({ name, decidedBy }: Omit<Requirements['programs'][number], 'checks'>): Cell {
  if (name !== undefined) return [{ code: name }]
  return decidedBy.length === 0 ? ['known only in a run'] : ['decided by ', ...codes(decidedBy)]
}

function codes(names: readonly string[]): Cell {
  return names.flatMap((name, index) => (index === 0 ? [{ code: name }] : [', ', { code: name }]))
}
