import type { CheckResult } from '../../checks/result/report.js'
import { isRed } from '../wording/verdict-words.js'
import { authored, expressions, facts, fix, found, particulars } from './check-details.js'
import {
  clip,
  clipLine,
  longest,
  breakable,
  checkLink,
  type Page,
  type PagePart,
  badge,
  mark,
  tones,
} from './html-page.js'
import { html, type Markup } from '../../base/text/markup.js'
import type { Cause } from './root-causes.js'

/** So many blocked checks are listed openly; more are folded away. */
const mostShownBlocked = 8

/** What has to be mended, one card for each cause, the worst first. */
export const actionSection: PagePart = (page) => {
  const { causes } = page
  if (causes.length === 0) return undefined
  return html`<section id="to-do" class="to-do" aria-labelledby="to-do-heading">
  <h2 id="to-do-heading">What to do</h2>
  <p class="lead">${leadOf(causes)}</p>
  ${causes.map((cause) => card(cause, page))}
</section>`
}

function leadOf(causes: readonly Cause[]): string {
  const blocked = causes.reduce((sum, cause) => sum + cause.blocked.length, 0)
  const things = causes.length === 1 ? 'One cause to fix' : `${causes.length} causes to fix, the worst first`
  const waiting =
    blocked === 0
      ? ''
      : `; ${blocked === 1 ? 'one check could not be judged' : `${blocked} checks could not be judged`} before that`
  return `${things}${waiting}.`
}

function card({ id, check, blocked }: Cause, page: Page): Markup {
  const anchor = page.anchors.card(id)
  const heading = html`<code>${breakable(clipLine(id, longest.id))}</code>`
  if (check === undefined) {
    return html`<article class="card neutral">
    <h3>${heading}</h3>
    <p>This result does not contain this check. It blocks the checks named here.</p>
    ${blockedList(blocked, page)}
  </article>`
  }
  return html`<article class="card ${tones[check.status]}" id="${anchor}">
    <h3>${mark(check.status)} ${heading}</h3>
    <p class="badges">${badge(check.status)} <span class="soft">${check.severity}, most likely ${check.class}, stage ${check.stage}</span></p>
    <p class="should"><span class="label">expected:</span>  ${authored(clip(check.title, longest.prose))}</p>
    ${found(check)}
    ${fix(check)}
    ${expressions(check)}
    ${particulars(check)}
    ${facts(check, { isOpen: false })}
    ${blockedList(blocked, page)}
  </article>`
}

function blockedList(blocked: readonly CheckResult[], page: Page): Markup | undefined {
  if (blocked.length === 0) return undefined
  const heading = `Blocks ${blocked.length === 1 ? 'one check' : `${blocked.length} checks`}`
  const list = html`<ul>${blocked.map((check) => html`<li>${mark(check.status)} ${checkLink(check.id, page)} <span class="soft">${check.status}, ${check.severity}${through(check, page)}</span></li>`)}</ul>`
  if (blocked.length > mostShownBlocked)
    return html`<details class="holds-up"><summary>${heading}</summary>${list}</details>`
  return html`<div class="holds-up"><p class="label">${heading}</p>${list}</div>`
}

/** The need through which a check is blocked, where that is not the cause itself. */
function through({ blockedBy, needs = [] }: CheckResult, page: Page): string {
  if (blockedBy === null || needs.includes(blockedBy)) return ''
  const between = needs.find((id) => page.checkOf(id)?.blockedBy === blockedBy)
  return between === undefined ? '' : `, through ${clipLine(between, longest.id)}`
}

/** A link to the card of a check, for the places that do not repeat what is there. */
export function cardLink(check: CheckResult, page: Page): Markup | undefined {
  const anchor = page.anchors.card(check.blockedBy ?? check.id)
  if (!isRed(check) || anchor === undefined || !page.causes.some(({ id }) => id === (check.blockedBy ?? check.id)))
    return undefined
  return html`<p><a href="#${anchor}">${check.blockedBy === null ? 'What to do about it' : 'What blocks it, and what to do'}</a></p>`
}
