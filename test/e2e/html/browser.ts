import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium, type Browser, type Page } from 'playwright-core'
import { reporter } from '../../../src/reporters/html.js'
import type { ResultDocument } from '../../../src/model/report.js'

export interface Opened {
  readonly page: Page
  /** Every address that was asked for. */
  readonly requests: readonly string[]
  /** What the browser complained of: errors of the script, breaches of the page's policy. */
  readonly complaints: readonly string[]
}

export interface OpenOptions {
  /** Pixels; the page is 900 high. */
  readonly width?: number
  readonly colours?: 'light' | 'dark'
  readonly hasScript?: boolean
  /** With `#`. */
  readonly hash?: string
}

/** Headless Chromium with the pages of documents, in files of a temporary folder. */
export interface Reader {
  open(document: ResultDocument, options?: OpenOptions): Promise<Opened>
  readonly folder: string
  close(): Promise<void>
}

export async function startReader(): Promise<Reader> {
  const folder = mkdtempSync(join(tmpdir(), 'preflight-page-'))
  const isRoot = process.geteuid?.() === 0
  const browser: Browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: isRoot ? ['--no-sandbox'] : [] })
  let pages = 0
  return {
    folder,
    async open(document, { width = 1280, colours = 'light', hasScript = true, hash = '' } = {}) {
      const file = join(folder, `${(pages += 1)}.html`)
      writeFileSync(file, reporter.render(document, { colour: false, width: 80 }))
      const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme: colours, javaScriptEnabled: hasScript })
      const requests: string[] = []
      const complaints: string[] = []
      page.on('request', (request) => requests.push(request.url()))
      page.on('console', (message) => complaints.push(message.text()))
      page.on('pageerror', (error) => complaints.push(error.message))
      const address = pathToFileURL(file).href
      await page.goto(`${address}${hash}`)
      return { page, requests, complaints }
    },
    async close() {
      await browser.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
