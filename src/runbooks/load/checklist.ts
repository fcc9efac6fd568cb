import { withArticle } from '../../base/text/wording.js'
import { type Problems, nodeAt, positionAt, type YamlMap } from '../../definitions/yaml-node.js'
import type { Effect } from '../definition/runbook-vocabulary.js'
import type { StepKind } from '../definition/step-kind.js'

/** Why a section of a runbook has no place in a checklist. */
const sectionsWithoutPlace = {
  'on-failure': 'every item of a checklist is judged, whatever the others say',
  'after-undo': 'the items of a checklist change nothing, so nothing of theirs is undone',
} as const

/** Sections of a runbook that a checklist cannot have. */
export const sectionsOutsideChecklists: readonly string[] = Object.keys(sectionsWithoutPlace)

/** Whether a file says that its runbook is a checklist; another value is judged as those of other sections are. */
export function isChecklistFile(root: YamlMap): boolean {
  const node = nodeAt(root, ['checklist'])
  return node?.kind === 'scalar' && node.value === true
}

/** Refuses what has no place in a checklist, its items aside. */
export function judgeChecklist(root: YamlMap, problems: Problems): void {
  for (const [section, reason] of Object.entries(sectionsWithoutPlace)) {
    const entry = root.entries.get(section)
    if (entry !== undefined)
      problems.report(entry.position, 'checklist', `a checklist cannot have ${section}: ${reason}`)
  }
}

/**
 * Refuses an item of a checklist that is not a check, a confirmation or a runbook: what changes something, what decides
 * between steps, what approves the steps after it, and an order among items.
 */
export function judgeItem(map: YamlMap, kind: StepKind, effect: Effect, problems: Problems): void {
  if (isDeciding(kind))
    problems.report(map.position, 'checklist', `${withArticle(kind.kind)} cannot be an item of a checklist`, whatCan)
  else if (isWaiting(kind))
    problems.report(
      map.position,
      'checklist',
      `${withArticle(kind.kind)} cannot be an item of a checklist: an item is judged once`,
      'use probe, with retry where it may be tried again',
    )
  else if (effect !== 'read')
    problems.report(
      positionAt(map, ['effect']),
      'checklist',
      kind.effects.includes('read')
        ? `an item of a checklist must not change anything, but its effect is ${effect}`
        : `an item of a checklist must not change anything, so ${withArticle(kind.kind)} cannot be one`,
      `${whatCan}; put what changes something into a runbook of its own`,
    )
  const needs = map.entries.get('needs')
  if (needs !== undefined)
    problems.report(
      needs.position,
      'checklist',
      'an item of a checklist cannot have needs: it is judged whatever the others say',
    )
}

/** It decides about the steps after it. */
function isDeciding({ kind, structure }: StepKind): boolean {
  return structure === 'alternatives' || kind === 'approve'
}

/** It goes on until what it observes is as expected. */
function isWaiting({ structure, asksOnce }: StepKind): boolean {
  return structure === 'probe' && asksOnce !== true
}

/** Whether a step of this kind can be an item of a checklist, with an effect that allows it. */
export function canBeItem(kind: StepKind): boolean {
  return kind.effects.includes('read') && !isDeciding(kind) && !isWaiting(kind)
}

const whatCan = 'an item is a check (effect read), a confirmation (manual), or `runbook: ID`'
