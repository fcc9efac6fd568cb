import { formatDuration } from '../../base/time/duration.js'
import type { CheckResult } from '../../checks/result/report.js'
import { stages, statuses } from '../../base/vocabulary.js'
import type { Ink, Section } from './ink.js'
import { displayWidth, truncate } from './wrap.js'

/** On a wider terminal the ends of the lines would be too far from their beginnings for the eye. */
const widest = 110
const leastTitle = 12

/** Every check on a line, by stage, in the order of the plan. What is wrong with some stands further down. */
export const stageSections: Section = ({ checks }, ink) => {
  const groups = stages
    .map((stage) => checks.filter((check) => check.stage === stage))
    .filter((group) => group.length > 0)
  return groups.flatMap((group, index) => [...(index === 0 ? [] : ['']), ...heading(group, ink), ...lines(group, ink)])
}

function heading(group: readonly CheckResult[], ink: Ink): readonly string[] {
  const counts = statuses.map((status) => ({ status, count: group.filter((check) => check.status === status).length }))
  const parts = counts.filter(({ count }) => count > 0).map(({ status, count }) => `${count} ${status}`)
  const stage = group[0]?.stage ?? ''
  const tally = parts.join(', ')
  if (stage.length + 2 + tally.length > ink.width) return [ink.write(stage, 'strong'), ...ink.prose(tally, 2, 'faint')]
  return [`${ink.write(stage, 'strong')}  ${ink.write(tally, 'faint')}`]
}

function lines(group: readonly CheckResult[], ink: Ink): readonly string[] {
  const longestId = Math.max(...group.map((check) => ink.write(check.id).length))
  const idWidth = longestId * 2 > ink.width ? 0 : longestId
  return group.map((check) => line(check, idWidth, ink))
}

function line(check: CheckResult, idWidth: number, ink: Ink): string {
  const end = check.status === 'pass' ? formatDuration(check.durationMs) : check.status
  const id = ink.write(check.id).padEnd(idWidth)
  const room = Math.min(ink.width, widest) - '  ✔ '.length - id.length - end.length - 4
  const title = room < leastTitle ? '' : fit(ink.write(check.title), room)
  return `  ${ink.mark(check.status)} ${id}  ${ink.write(title, 'faint')}  ${ink.write(end, check.status === 'fail' ? 'bad' : 'faint')}`
}

function fit(title: string, width: number): string {
  const text = truncate(title, width)
  return text + ' '.repeat(width - displayWidth(text))
}
