import { formatLimit } from '../../base/time/duration.js'
import { formatPosition } from '../../base/position.js'
import type { VariableDeclaration } from '../../environment/variable-reading.js'
import type { Explanation } from '../explain-check.js'
import { wrap, type TextStyle } from '../../base/text/text-style.js'

/** One check, told in full, for a person who has to act on it. */
export function explainText(explanation: Explanation, style: TextStyle): string {
  const { check, pack, probe, neededBy, inputs } = explanation
  const { chalk, width } = style
  const section = (title: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : ['', chalk.bold(title), ...lines]
  const prose = (text: string): string => wrap(text, width, '  ')
  const standing = [
    check.severity,
    check.class,
    check.waivable ? 'waivable' : 'never waivable',
    `stage ${check.stage}`,
    `profiles ${check.profiles.join(', ')}`,
  ]
  return [
    chalk.bold.underline(check.id),
    wrap(`True when ${check.title}.`, width),
    chalk.dim(standing.join(' · ')),
    ...section('Why', check.why === '' ? [] : [prose(check.why)]),
    ...section('When it is red', [prose(check.fix)]),
    ...section('How it is observed', [
      prose(
        `${probe.title} (probe ${probe.kind}; an attempt takes at most ${formatLimit(check.timeout)}${check.retry.attempts > 1 ? `, up to ${check.retry.attempts} attempts` : ''}).`,
      ),
      ...(probe.rungs === undefined
        ? []
        : [prose(`It climbs ${probe.rungs.join(' → ')}, and a failure names the rung it reached.`)]),
      ...(check.when === undefined ? [] : [prose(`Only when ${check.when.source}; not applicable otherwise.`)]),
      ...(check.applies === undefined
        ? []
        : [prose(`Judged only when ${check.applies.that.source}; not applicable otherwise.`)]),
    ]),
    ...section(
      'What must hold',
      check.expect.map(({ that, isTransient }) =>
        wrap(
          `${that.source}${isTransient ? ' (otherwise it may pass by itself: retries and --wait look again)' : ''}`,
          width,
          '  ',
        ).replace(/^ {2}/, '- '),
      ),
    ),
    ...section(
      'Variables',
      check.variables.map((name) => `  ${name}  ${chalk.dim(readingText(pack.variables[name]))}`),
    ),
    ...section(
      'Inputs',
      inputs.map(
        (input) =>
          `  ${input.name} (${input.type}${input.default === undefined ? ', required' : ''})  ${chalk.dim(input.description)}`,
      ),
    ),
    ...section(
      'Needs',
      check.needs.map((need) => `  ${need}`),
    ),
    ...section(
      'Needed by',
      neededBy.map((id) => `  ${id}`),
    ),
    ...section('Where it comes from', [
      ...(check.source === '' ? [] : [`  rule        ${check.source}`]),
      `  definition  ${formatPosition(check.position)}`,
    ]),
    '',
  ].join('\n')
}

function readingText(declaration: VariableDeclaration | undefined): string {
  if (declaration === undefined) return 'not declared by the pack: read as it stands, and secret'
  const range = [
    ...(declaration.minimum === undefined ? [] : [`from ${declaration.minimum}`]),
    ...(declaration.maximum === undefined ? [] : [`to ${declaration.maximum}`]),
    ...(declaration['above-zero'] === true ? ['above 0'] : []),
  ].join(' ')
  return [
    declaration.exposure,
    declaration.reads.length === 0 ? 'read as it stands' : `read by ${declaration.reads.join(', ')}`,
    ...(range === '' ? [] : [range]),
    ...(declaration.values === undefined ? [] : [`accepts ${declaration.values.join(', ')}`]),
    ...(declaration.schemes === undefined
      ? []
      : [`schemes ${declaration.schemes.filter((scheme) => scheme !== '').join(', ')}`]),
    ...(declaration.default === undefined ? [] : [`${String(declaration.default)} when unset`]),
  ].join('; ')
}
