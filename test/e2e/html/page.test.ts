import { statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { specs } from '../../golden/specs.js'
import { startReader, type Opened, type Reader } from './browser.js'
import { hostileDocument, manyChecks } from './hostile.js'
import { sixtyChecks } from './sixty-checks.js'

let reader: Reader
beforeAll(async () => {
  reader = await startReader()
})
afterAll(async () => {
  await reader.close()
})

interface Contrast {
  readonly looked: number
  readonly faint: readonly string[]
}

const ofSixty = sixtyChecks()
const shownIds = ({ ask }: Opened): Promise<string[]> => ask('shownIds()')
/** What is green is folded to a line for each stage. */
const unfoldGreens = async ({ page }: Opened): Promise<void> => {
  for (const summary of await page.locator('.greens > summary').all()) await summary.click()
}
const notGreen = ofSixty.checks.filter(({ status }) => status !== 'pass' && status !== 'not-applicable').length
const bothColours = ['light', 'dark'] as const

describe('the page of a run of 60 checks, 8 of them red', () => {
  it('asks for nothing beside itself, and keeps to its own policy', async () => {
    const { page, requests, complaints } = await reader.open(ofSixty)
    await page.locator('#unfold').click()
    expect(requests.map((address) => new URL(address).protocol)).toEqual(['file:'])
    expect(complaints).toEqual([])
  })

  it.each([1280, 390, 320])(
    'fits into %i pixels and can be read in both colours, folded and unfolded',
    async (width) => {
      const { page, ask } = await reader.open(ofSixty, { width })
      expect(await ask('overflow()')).toBe(0)
      await page.getByRole('checkbox', { name: 'warn' }).check()
      await ask('unfold()')
      expect(await ask('overflow()')).toBe(0)
      for (const colours of bothColours) {
        await page.emulateMedia({ colorScheme: colours })
        const shot = join(reader.folder, `${width}-${colours}.png`)
        await page.screenshot({ path: shot })
        expect(statSync(shot).size).toBeGreaterThan(10_000)
        const { looked, faint } = await ask<Contrast>('faintTexts()')
        expect(looked).toBeGreaterThan(1000)
        expect(faint).toEqual([])
      }
    },
  )

  it('narrows the list by status, stage, severity and text, and shows all again', async () => {
    const opened = await reader.open(ofSixty)
    const { page } = opened
    expect(await shownIds(opened)).toHaveLength(notGreen)
    await unfoldGreens(opened)
    expect(await shownIds(opened)).toHaveLength(60)
    await page.getByRole('checkbox', { name: 'fail' }).check()
    expect(await shownIds(opened)).toEqual(['demo/config/protocol', 'demo/secrets/jwt-secret'])
    for (const status of ['error', 'timeout', 'blocked']) await page.getByRole('checkbox', { name: status }).check()
    expect(await shownIds(opened)).toHaveLength(8)
    expect(await page.locator('#shown').textContent()).toBe('8 of 60 shown')
    await page.getByLabel('Stage').selectOption('datastores')
    expect(await shownIds(opened)).toEqual(['demo/datastores/hot-store', 'demo/datastores/hot-store-eviction'])
    await page.getByLabel('Severity').selectOption('blocker')
    expect(await shownIds(opened)).toEqual(['demo/datastores/hot-store'])
    await page.getByRole('button', { name: 'Show all' }).click()
    await expect.poll(() => shownIds(opened)).toHaveLength(notGreen)
    await page.getByLabel('Text').fill('BAD gateway')
    expect(await shownIds(opened)).toEqual(['demo/runtime/edge-metrics'])
    await page.getByLabel('Text').fill('the value of postgres-headroom')
    expect(await shownIds(opened)).toEqual(['demo/datastores/postgres-headroom'])
    await page.getByLabel('Text').fill('no such thing')
    expect(await page.locator('.stage:visible').count()).toBe(0)
  })

  it('opens what a link leads to, also when it is filtered out', async () => {
    const { page, ask } = await reader.open(ofSixty, { hash: '#check/demo/config/numbers' })
    expect(await ask('isShownOpen("check/demo/config/numbers")')).toBe(true)
    await page.getByRole('checkbox', { name: 'fail' }).check()
    await page.locator('#timeline a', { hasText: 'demo/gates/unit' }).click()
    await expect.poll(() => ask('isShownOpen("check/demo/gates/unit")')).toBe(true)
  })

  it('can be worked with the keyboard alone', async () => {
    const opened = await reader.open(ofSixty)
    const { page } = opened
    await page.keyboard.press('Tab')
    expect(await page.locator(':focus').textContent()).toBe('Skip to the findings')
    await page.getByRole('checkbox', { name: 'blocked' }).focus()
    await page.keyboard.press('Space')
    expect(await shownIds(opened)).toHaveLength(4)
    await page.locator('.checks > li:visible summary').first().focus()
    await page.keyboard.press('Enter')
    expect(await page.locator('.checks > li:visible details[open]').count()).toBe(1)
  })

  it('has landmarks, headings in order, and a name for everything that can be used', async () => {
    const { page, ask } = await reader.open(ofSixty)
    const levels = await ask<number[]>('headingLevels()')
    expect(levels.filter((level) => level === 1)).toHaveLength(1)
    expect(levels.filter((level, index) => index > 0 && level > (levels[index - 1] ?? 0) + 1)).toEqual([])
    for (const role of ['banner', 'navigation', 'main', 'contentinfo', 'search'] as const)
      expect(await page.getByRole(role).count(), role).toBe(1)
    expect(await page.locator('html').getAttribute('lang')).toBe('en')
    expect(await page.title()).toBe('NO-GO: eu-west, prod – preflight')
    for (const question of ['namelessControls()', 'danglingLinks()', 'repeatedIds()', 'intruders()'])
      expect(await ask(question), question).toEqual([])
  })

  it('says all without its script', async () => {
    const opened = await reader.open(ofSixty, { hasScript: false })
    const { page } = opened
    await unfoldGreens(opened)
    expect(await shownIds(opened)).toHaveLength(60)
    expect(await page.locator('#filters').isVisible()).toBe(false)
    await page.locator('.checks summary').nth(7).click()
    expect(await page.locator('.checks > li').nth(7).locator('.body').isVisible()).toBe(true)
  })

  it.each([true, false])('shows everything on paper, in light colours (with its script: %s)', async (hasScript) => {
    const { page, ask } = await reader.open(ofSixty, { colours: 'dark', hasScript })
    if (hasScript) await page.getByLabel('Text').fill('hot-store')
    expect(await ask('unseen()')).toHaveLength(60)
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
    expect(await ask('unseen()')).toEqual([])
    expect(await page.locator('#filters').isVisible()).toBe(false)
    expect(await ask('pageGround()')).toBe('rgb(255, 255, 255)')
    expect((await ask<Contrast>('faintTexts()')).faint).toEqual([])
    if (!hasScript) return
    const paper = await page.pdf({ format: 'A4' })
    expect((paper.toString('latin1').match(/\/Type\s*\/Page\b/g) ?? []).length).toBeGreaterThan(5)
  })

  it('draws a bar for every check that started, in order and within the axis', async () => {
    const { ask } = await reader.open(ofSixty)
    const bars = await ask<{ readonly x: number; readonly width: number; readonly height: number }[]>('bars()')
    expect(bars).toHaveLength(ofSixty.checks.filter(({ startedAt }) => startedAt !== null).length)
    expect(bars.every(({ x, width, height }) => x >= 0 && x + width <= 100 && height >= 10)).toBe(true)
    expect(bars.map(({ x }) => x)).toEqual(bars.map(({ x }) => x).toSorted((a, b) => a - b))
  })

  it('draws every check below what it needs', async () => {
    const { ask } = await reader.open(ofSixty)
    const rows = await ask<string[]>('drawnNeeds()')
    const at = rows.indexOf('column-0 demo/config/hot-store-url')
    expect(rows.slice(at, at + 6)).toEqual([
      'column-0 demo/config/hot-store-url',
      'column-1 demo/datastores/hot-store',
      'column-2 demo/datastores/hot-store-eviction',
      'column-2 demo/datastores/hot-store-headroom',
      'column-2 demo/runtime/storage',
      'column-3 demo/runtime/status',
    ])
  })
})

describe('the pages of other runs', () => {
  it.each(Object.keys(specs))('%s: readable on a phone in both colours', async (spec) => {
    const { page, ask, complaints } = await reader.open(await specs[spec]!(), { width: 390 })
    await ask('unfold()')
    expect(await ask('overflow()')).toBe(0)
    for (const colours of bothColours) {
      await page.emulateMedia({ colorScheme: colours })
      expect((await ask<Contrast>('faintTexts()')).faint).toEqual([])
    }
    expect(await ask('danglingLinks()')).toEqual([])
    expect(complaints).toEqual([])
  })

  it('does not let a go for a part look like a go', async () => {
    interface Look {
      readonly ground: string
    }
    const whole = await (await reader.open(await specs['go']!())).ask<Look>('verdictLook()')
    const part = await (await reader.open(await specs['go-of-a-part']!())).ask<Look>('verdictLook()')
    expect(whole).toMatchObject({ heading: 'GO exit 0', border: 'none' })
    expect(part).toMatchObject({ heading: 'GO FOR A PART ONLY exit 0', border: 'dashed' })
    expect(part.ground).not.toBe(whole.ground)
  })

  it('runs nothing and breaks out of nothing, whatever a document holds', async () => {
    const { page, ask, requests, complaints } = await reader.open(hostileDocument(), { width: 390 })
    await ask('unfold()')
    expect(await page.evaluate('"attacked" in globalThis')).toBe(false)
    expect(await ask('intruders()')).toEqual([])
    expect(requests).toHaveLength(1)
    expect(complaints).toEqual([])
    expect(await ask('overflow()')).toBe(0)
  })

  it('can be used with 1,000 checks in a chain', async () => {
    const opened = await reader.open(manyChecks(1000), { width: 390 })
    await unfoldGreens(opened)
    expect(await shownIds(opened)).toHaveLength(1000)
    expect(await opened.ask('overflow()')).toBe(0)
    await opened.page.getByLabel('Text').fill('check-0999')
    expect(await shownIds(opened)).toEqual(['demo/config/check-0999'])
    expect(opened.complaints).toEqual([])
  })
})
