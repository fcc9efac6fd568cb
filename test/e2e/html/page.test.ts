import { statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Page } from 'playwright-core'
import { specs } from '../../golden/specs.js'
import { startReader, type Reader } from './browser.js'
import { faintTexts } from './contrast.js'
import { hostileDocument, manyChecks } from './hostile.js'
import { sixtyChecks } from './sixty-checks.js'

let reader: Reader
beforeAll(async () => {
  reader = await startReader()
})
afterAll(async () => {
  await reader.close()
})

const document60 = sixtyChecks()
const idsOf = (page: Page): Promise<string[]> => page.locator('.checks > li:visible summary code').allTextContents()
const overflow = (page: Page): Promise<number> => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
const unfoldAll = (page: Page): Promise<void> =>
  page.evaluate(() => {
    for (const details of document.querySelectorAll('details')) details.open = true
  })
/** Ids of checks of which something cannot be seen. */
const unseen = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll('.checks > li')].flatMap((row) => {
      const parts = [...row.querySelectorAll('summary, .body, .body dd')]
      return parts.length > 2 && parts.every((part) => part.checkVisibility({ contentVisibilityAuto: true, visibilityProperty: true })) ? [] : [row.querySelector('code')?.textContent ?? '']
    }),
  )

describe('the page of a run of 60 checks, 8 of them red', () => {
  it('asks for nothing beside itself, and keeps to its own policy', async () => {
    const { page, requests, complaints } = await reader.open(document60)
    await page.locator('#unfold').click()
    expect(requests.map((address) => new URL(address).protocol)).toEqual(['file:'])
    expect(complaints).toEqual([])
    await page.close()
  })

  it.each([
    { width: 1280, colours: 'light' },
    { width: 1280, colours: 'dark' },
    { width: 390, colours: 'light' },
    { width: 390, colours: 'dark' },
    { width: 320, colours: 'light' },
  ] as const)('fits into $width pixels and can be read ($colours)', async ({ width, colours }) => {
    const { page } = await reader.open(document60, { width, colours })
    const shot = join(reader.folder, `${width}-${colours}.png`)
    await page.screenshot({ path: shot })
    expect(statSync(shot).size).toBeGreaterThan(10_000)
    expect(await overflow(page)).toBe(0)
    await page.getByLabel('fail').check()
    await page.getByLabel('fail').uncheck()
    await page.getByLabel('warn').check()
    await page.evaluate(() => {
      for (const row of document.querySelectorAll<HTMLElement>('[hidden]')) row.hidden = false
    })
    await unfoldAll(page)
    expect(await overflow(page)).toBe(0)
    const { looked, faint } = await page.evaluate(faintTexts)
    expect(looked).toBeGreaterThan(1000)
    expect(faint).toEqual([])
    await page.close()
  })

  it('narrows the list by status, stage, severity and text, and shows all again', async () => {
    const { page } = await reader.open(document60)
    expect(await idsOf(page)).toHaveLength(60)
    await page.getByLabel('fail').check()
    expect((await idsOf(page)).toSorted()).toEqual(['demo/config/protocol', 'demo/secrets/jwt-secret'])
    for (const status of ['error', 'timeout', 'blocked']) await page.getByLabel(status).check()
    expect(await idsOf(page)).toHaveLength(8)
    expect(await page.locator('#shown').textContent()).toBe('8 of 60 shown')
    await page.getByLabel('Stage').selectOption('datastores')
    expect(await idsOf(page)).toEqual(['demo/datastores/hot-store', 'demo/datastores/hot-store-eviction'])
    await page.getByLabel('Severity').selectOption('blocker')
    expect(await idsOf(page)).toEqual(['demo/datastores/hot-store'])
    await page.getByRole('button', { name: 'Show all' }).click()
    await expect.poll(() => idsOf(page)).toHaveLength(60)
    await page.getByLabel('Text').fill('BAD gateway')
    expect(await idsOf(page)).toEqual(['demo/runtime/edge-metrics'])
    await page.getByLabel('Text').fill('the value of postgres-headroom')
    expect(await idsOf(page)).toEqual(['demo/datastores/postgres-headroom'])
    await page.getByLabel('Text').fill('no such thing')
    expect(await page.locator('.stage:visible').count()).toBe(0)
    await page.close()
  })

  it('opens what a link leads to, also when it is filtered out', async () => {
    const { page } = await reader.open(document60, { hash: '#check/demo/config/numbers' })
    expect(await page.locator('[id="check/demo/config/numbers"]').evaluate((details: HTMLDetailsElement) => details.open)).toBe(true)
    await page.getByLabel('fail').check()
    await page.locator('#timeline a', { hasText: 'demo/gates/unit' }).click()
    await expect.poll(() => page.locator('[id="check/demo/gates/unit"] .body').isVisible()).toBe(true)
    expect(await page.locator('[id="check/demo/gates/unit"]').evaluate((element) => element.getBoundingClientRect().top < innerHeight)).toBe(true)
    await page.close()
  })

  it('can be worked with the keyboard alone', async () => {
    const { page } = await reader.open(document60)
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the findings')
    await page.getByLabel('blocked').focus()
    await page.keyboard.press('Space')
    expect(await idsOf(page)).toHaveLength(4)
    await page.locator('.checks > li:visible summary').first().focus()
    await page.keyboard.press('Enter')
    expect(await page.locator('.checks > li:visible details[open]').count()).toBe(1)
    await page.close()
  })

  it('has landmarks, headings in order, and a name for everything that can be used', async () => {
    const { page } = await reader.open(document60)
    const levels = await page.locator('h1, h2, h3, h4').evaluateAll((headings) => headings.map((heading) => Number(heading.tagName.slice(1))))
    expect(levels.filter((level) => level === 1)).toHaveLength(1)
    expect(levels.filter((level, index) => index > 0 && level > levels[index - 1]! + 1)).toEqual([])
    for (const role of ['banner', 'navigation', 'main', 'contentinfo', 'search'] as const) expect(await page.getByRole(role).count(), role).toBe(1)
    expect(await page.locator('html').getAttribute('lang')).toBe('en')
    expect(await page.title()).toBe('NO-GO: eu-west, prod – preflight')
    const nameless = await page.locator('a, button, input, select, summary').evaluateAll((controls) =>
      controls.filter((control) => (control.textContent.trim() || ((control as HTMLInputElement).labels?.[0]?.textContent ?? '').trim()) === '').map((control) => control.outerHTML),
    )
    expect(nameless).toEqual([])
    const dangling = await page.locator('a').evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? '').filter((target) => document.getElementById(target.slice(1)) === null))
    expect(dangling).toEqual([])
    const repeated = await page.locator('[id]').evaluateAll((elements) => elements.map(({ id }) => id).filter((id, index, ids) => ids.indexOf(id) !== index))
    expect(repeated).toEqual([])
    await page.close()
  })

  it('says all without its script', async () => {
    const { page, complaints } = await reader.open(document60, { hasScript: false })
    expect(await idsOf(page)).toHaveLength(60)
    expect(await page.locator('#filters').isVisible()).toBe(false)
    await page.locator('.checks summary').nth(7).click()
    expect(await page.locator('.checks > li').nth(7).locator('.body').isVisible()).toBe(true)
    expect(complaints.filter((complaint) => !complaint.includes('script'))).toEqual([])
    await page.close()
  })

  it.each([{ hasScript: true }, { hasScript: false }])('shows everything on paper, in light colours ($hasScript)', async ({ hasScript }) => {
    const { page } = await reader.open(document60, { colours: 'dark', hasScript })
    if (hasScript) await page.getByLabel('Text').fill('hot-store')
    expect(await unseen(page)).toHaveLength(60)
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
    expect(await unseen(page)).toEqual([])
    expect(await page.locator('#filters').isVisible()).toBe(false)
    expect(await page.locator('body').evaluate((body) => getComputedStyle(body).backgroundColor)).toBe('rgb(255, 255, 255)')
    expect((await page.evaluate(faintTexts)).faint).toEqual([])
    const paper = await page.pdf({ format: 'A4' })
    expect((paper.toString('latin1').match(/\/Type\s*\/Page\b/g) ?? []).length).toBeGreaterThan(5)
    await page.close()
  })

  it('draws a bar for every check that started, in order and within the axis', async () => {
    const { page } = await reader.open(document60)
    const bars = await page.locator('.lane rect').evaluateAll((rects) => rects.map((rect) => ({ x: Number.parseFloat(rect.getAttribute('x') ?? ''), width: Number.parseFloat(rect.getAttribute('width') ?? '') })))
    expect(bars).toHaveLength(document60.checks.filter(({ startedAt }) => startedAt !== null).length)
    expect(bars.every(({ x, width }) => x >= 0 && x + width <= 100)).toBe(true)
    expect(bars.map(({ x }) => x)).toEqual(bars.map(({ x }) => x).toSorted((a, b) => a - b))
    const drawn = await page.locator('.lane rect').evaluateAll((rects) => rects.every((rect) => rect.getBoundingClientRect().height >= 10))
    expect(drawn).toBe(true)
    await page.close()
  })

  it('draws every check that needs another below it', async () => {
    const { page } = await reader.open(document60)
    const text = await page.locator('#needs li').evaluateAll((rows) => rows.map((row) => `${row.className} ${row.querySelector('code')?.textContent}`))
    const at = text.indexOf('column-2 demo/runtime/storage')
    expect(text.slice(at - 4, at + 2)).toEqual(['column-0 demo/config/hot-store-url', 'column-1 demo/datastores/hot-store', 'column-2 demo/datastores/hot-store-eviction', 'column-2 demo/datastores/hot-store-headroom', 'column-2 demo/runtime/storage', 'column-3 demo/runtime/status'])
    await page.close()
  })
})

describe('the pages of other runs', () => {
  it.each(Object.keys(specs))('%s: readable in both colours, on a phone as well', async (spec) => {
    const document = await specs[spec]!()
    for (const colours of ['light', 'dark'] as const) {
      const { page, complaints } = await reader.open(document, { width: 390, colours })
      await unfoldAll(page)
      expect((await page.evaluate(faintTexts)).faint).toEqual([])
      expect(await overflow(page)).toBe(0)
      expect(complaints).toEqual([])
      await page.close()
    }
  })

  it('does not let a go for a part look like a go', async () => {
    const looks = async (spec: string): Promise<{ readonly heading: string; readonly ground: string; readonly border: string }> => {
      const { page } = await reader.open(await specs[spec]!())
      const look = await page.locator('.masthead > .verdict').evaluate((verdict) => ({ heading: verdict.querySelector('h1')?.textContent.trim() ?? '', ground: getComputedStyle(verdict).backgroundColor, border: getComputedStyle(verdict).borderTopStyle }))
      await page.close()
      return look
    }
    const [whole, part] = [await looks('go'), await looks('go-of-a-part')]
    expect(whole).toMatchObject({ heading: 'GO exit 0', border: 'none' })
    expect(part).toMatchObject({ heading: 'GO FOR A PART ONLY exit 0', border: 'dashed' })
    expect(part.ground).not.toBe(whole.ground)
  })

  it('runs nothing and breaks out of nothing, whatever a document holds', async () => {
    const { page, requests, complaints } = await reader.open(hostileDocument(), { width: 390 })
    await unfoldAll(page)
    expect(await page.evaluate(() => 'attacked' in globalThis)).toBe(false)
    expect(complaints).toEqual([])
    expect(requests).toHaveLength(1)
    expect(await page.locator('script').count()).toBe(1)
    expect(await page.locator('style').count()).toBe(1)
    expect(await page.locator('img, iframe, object, embed, form:not(#filters), base, [onclick], [onerror], [onload], [onfocus], [style]').count()).toBe(0)
    expect(await overflow(page)).toBe(0)
    await page.close()
  })

  it('is quick with 1,000 checks in a chain', async () => {
    const { page, complaints } = await reader.open(manyChecks(1000), { width: 390 })
    expect(await page.locator('.checks > li').count()).toBe(1000)
    expect(await overflow(page)).toBe(0)
    await page.getByLabel('Text').fill('check-0999')
    expect(await idsOf(page)).toEqual(['demo/config/check-0999'])
    expect(complaints).toEqual([])
    await page.close()
  })
})
