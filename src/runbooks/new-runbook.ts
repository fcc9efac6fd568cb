import { shownPath } from '../base/files/shown-path.js'
import { join, resolve } from 'node:path'
import { UsageError } from '../base/errors.js'
import { isThere } from '../base/files/state-folder.js'
import { idSegments, writeDefinition, type WrittenDefinition } from '../checks/new-check/new-check.js'
import { rehearseFile } from '../checks/new-check/rehearsed-file.js'
import { readConfiguration } from '../checks/settings.js'
import { probeRegistry } from '../engine/folder-registry.js'
import { actionRegistry } from './action-registry.js'
import { loadRunbooks } from './load/used-kinds.js'
import { effects } from './definition/runbook-vocabulary.js'

/**
 * Writes a runbook to start from, which changes nothing yet.
 *
 * @param id `<system>/<name>`
 * @param options.folder of runbooks; left out, the first that the deployment file names, else `runbooks`
 * @throws UsageError for an id that no runbook can have, and when its file already exists; OutputError when it cannot
 *   be written
 */
export async function newRunbook(
  id: string,
  { folder, config }: { readonly folder: string | undefined; readonly config: string | undefined },
): Promise<WrittenDefinition> {
  const segments = idSegments(id, 2, 'a runbook', 'orders/restart')
  const { runbooks } = await readConfiguration({ config })
  const root = shownPath(folder ?? runbooks[0] ?? 'runbooks')
  const draft = { folder: root, path: `${segments.join('/')}.yaml`, text: runbookText(id) }
  const file = join(root, draft.path)
  if (await isThere(file))
    throw new UsageError(`${file} already exists`, {
      hint: 'an existing runbook is never overwritten: give the new one another name',
    })
  await rehearseFile(
    draft,
    async (copy) => (await loadRunbooks([{ folder: copy, label: root }], actionRegistry, probeRegistry)).diagnostics,
  )
  await writeDefinition(draft, false)
  const isConfigured = runbooks.some((each) => resolve(each) === resolve(root))
  return { file, isAdded: false, folderToName: isConfigured ? undefined : root }
}

function runbookText(id: string): string {
  const name = id.split('/').at(-1)!
  return `title: say in a few words what it does
target: ${id.split('/')[0]!} # what two runs must not work on at the same time; may contain \${{ params.NAME }}
parameters:
  folder: { type: path, description: the folder of the service, default: . }
  # port: { type: integer, minimum: 1, maximum: 65535, description: the port of the service, default: 8080 }
  # password: { type: secret, variable: ORDERS_PASSWORD, description: the password of the service }
# on-failure: undo # when a step fails, undo those that were done
steps:
  - id: ready
    title: the folder exists
    wait: { every: 1s, file: { path: '\${{ params.folder }}' } }
    expect: [facts.exists]
    timeout: 5s
  - id: ${name === 'ready' ? 'act' : name}
    title: say what this step does
    run: { argv: [echo, put the program here] }
    effect: read # ${effects.join(', ')}
    timeout: 30s
    # expect: [facts.exitCode == 0]
    # destructive: true # asks for its own approval
    # retry: { attempts: 3, delay: 1s } # for an effect that may be repeated
    # undo: { run: { argv: [echo, put the program that takes it back here] } }
  # - id: told
  #   title: the team knows
  #   manual: tell the team that it is done
`
}
