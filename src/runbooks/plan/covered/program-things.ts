import type { ProgramUse } from '../../definition/step-kind.js'
import { findProgram } from '../../../processes/find-program.js'
import { lookedAt, type CoveredThing } from './covered-thing.js'
import type { FileDigests } from './file-digests.js'

/** Bytes from which a program's content is not read: of a larger one its size and time stand for it. */
const largestProgram = 64 * 1024 ** 2

/**
 * The programs that steps start by name: which file the system would find, and its digest. One that is looked for in
 * two ways stands there twice.
 */
export async function programThings(
  uses: readonly { readonly step: string; readonly program: ProgramUse }[],
  digests: FileDigests,
): Promise<readonly CoveredThing[]> {
  const found = new Map<string, { readonly path: string | undefined; readonly thing: CoveredThing }>()
  for (const { step, program } of uses) {
    const path = await findProgram(program.name, program.cwd, program.searchPath)
    for (const name of names(program.name, step)) {
      if (found.has(name) && found.get(name)!.path !== path) continue
      if (!found.has(name)) found.set(name, { path, thing: await lookedAt(() => look(name, program, digests)) })
      break
    }
  }
  return [...found.values()].map(({ thing }) => thing)
}

/** What a program is called, until one of the names is free: `tool`, `tool (migrate)`, `tool (migrate, 2)`. */
function* names(program: string, step: string): Generator<string> {
  yield program
  yield `${program} (${step})`
  for (let number = 2; ; number += 1) yield `${program} (${step}, ${number})`
}

async function look(
  name: string,
  { name: word, cwd, searchPath }: ProgramUse,
  digests: FileDigests,
): ReturnType<NonNullable<CoveredThing['look']>> {
  const path = await findProgram(word, cwd, searchPath)
  if (path === undefined) return { kind: 'program', name, digest: null }
  return { kind: 'program', name, digest: await digests.of(path, largestProgram), detail: path }
}
