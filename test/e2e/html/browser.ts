import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium, type Page } from 'playwright-core'
import type { ResultDocument } from '../../../src/checks/result/report.js'
import { reporter } from '../../../src/reports/html.js'

export interface Opened {
  readonly page: Page
  /** Every address that was asked for. */
  readonly requests: readonly string[]
  /** What the browser complained of: errors of the script, breaches of the page's policy. */
  readonly complaints: readonly string[]
  /** Asks the page by an expression over `inspect`, see inspect.mjs. */
  ask<Answer>(question: string): Promise<Answer>
}

export interface OpenOptions {
  /** Pixels; the window is 900 high. */
  readonly width?: number
  readonly colours?: 'light' | 'dark'
  readonly hasScript?: boolean
  /** With `#`. */
  readonly hash?: string
}

/** Headless Chromium. One page is open at a time: the next one takes its place. */
export interface Reader {
  open(document: ResultDocument, options?: OpenOptions): Promise<Opened>
  /** Where pages and screenshots are written. */
  readonly folder: string
  close(): Promise<void>
}

const inspection = readFileSync(join(import.meta.dirname, 'inspect.mjs'), 'utf8')

function chromiumOnPath(): string {
  const program = (process.env['PATH'] ?? '')
    .split(':')
    .map((folder) => join(folder, 'chromium'))
    .find((file) => existsSync(file))
  if (program === undefined) throw new Error('chromium is not installed: `npm test` installs it, or says why it cannot')
  return program
}

export async function startReader(): Promise<Reader> {
  const folder = mkdtempSync(join(tmpdir(), 'preflight-page-'))
  const isRoot = process.geteuid?.() === 0
  const browser = await chromium.launch({ executablePath: chromiumOnPath(), args: isRoot ? ['--no-sandbox'] : [] })
  const withScript = await browser.newPage()
  const withoutScript = await browser.newPage({ javaScriptEnabled: false })
  let opened = 0
  return {
    folder,
    async open(document, { width = 1280, colours = 'light', hasScript = true, hash = '' } = {}) {
      const file = join(folder, `${(opened += 1)}.html`)
      writeFileSync(file, reporter.render(document, { colour: false, width: 80 }))
      const page = hasScript ? withScript : withoutScript
      const requests: string[] = []
      const complaints: string[] = []
      page.removeAllListeners()
      page.on('request', (request) => requests.push(request.url()))
      page.on('console', (message) => complaints.push(message.text()))
      page.on('pageerror', (error) => complaints.push(error.message))
      await page.setViewportSize({ width, height: 900 })
      await page.emulateMedia({ media: 'screen', colorScheme: colours })
      await page.goto(`${pathToFileURL(file).href}${hash}`)
      await page.evaluate(inspection)
      return {
        page,
        requests,
        complaints,
        ask: <Answer>(question: string) => page.evaluate<Answer>(`inspect.${question}`),
      }
    },
    async close() {
      await browser.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
