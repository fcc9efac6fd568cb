import fc from 'fast-check'
import { expect, it } from 'vitest'
import { displayWidth } from '../../../../src/base/text/terminal-text.js'
import { statuses } from '../../../../src/base/vocabulary.js'
import { frameAt } from '../../../../src/checks/view/live/live-view.js'
import { paletteFor } from '../../../../src/checks/view/palette.js'
import { RunProgress } from '../../../../src/checks/view/progress.js'
import { definition, plan } from '../../run/builders.js'
import { finished, started } from '../events.js'

const planned = plan(
  Array.from({ length: 60 }, (_, index) =>
    definition({ id: `a/config/${index}`, stage: (['config', 'datastores', 'runtime'] as const)[index % 3]! }),
  ),
)

it('is never higher or wider than the terminal, and accounts for every check that runs', () => {
  const step = fc.record({ index: fc.nat(59), status: fc.constantFrom(...statuses), isStart: fc.boolean() })
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 120 }),
      fc.integer({ min: 5, max: 80 }),
      fc.integer({ min: 35, max: 200 }),
      (steps, rows, columns) => {
        const progress = new RunProgress(planned, () => 0)
        const ended = new Set<number>()
        for (const { index, status, isStart } of steps) {
          if (ended.has(index)) continue
          if (!isStart) ended.add(index)
          progress.apply(isStart ? started(`a/config/${index}`) : finished(`a/config/${index}`, status))
        }
        const waiting = `waiting for ${'日'.repeat(columns)}`
        const all = frameAt(progress.stages, { rows, columns }, paletteFor(false), 1234, waiting)
        const lines = all.filter((line) => !line.includes('waiting for'))
        const running = progress.stages.reduce((sum, stage) => sum + stage.running.size, 0)
        const hidden = Number(/and (\d+) more running/.exec(lines.at(-1) ?? '')?.[1] ?? 0)
        const shown = lines.filter((line) => line.startsWith('    ') && line.includes('a/config/')).length
        expect(all.length).toBeLessThan(rows)
        expect(Math.max(...all.slice(lines.length).map(displayWidth), 0)).toBeLessThan(columns)
        expect(shown + hidden).toBe(running)
        expect(Math.max(...lines.filter((line) => line.startsWith('    ')).map((line) => line.length), 0)).toBeLessThan(
          columns,
        )
        expect(progress.finished).toBe(ended.size)
      },
    ),
  )
})
