import type { CheckResult } from '../../checks/result/report.js'
import { severities, stages, statuses } from '../../base/vocabulary.js'
import { icon } from './icons.js'
import { html, type Markup } from './html-markup.js'
import { tones } from './status.js'

/**
 * What narrows the list down. Without the page's script it would do nothing, so it stays hidden until the script shows
 * it.
 */
export function filters(checks: readonly CheckResult[]): Markup {
  return html`<form id="filters" class="filters" role="search" aria-label="Checks" hidden>
    <label class="find"><span>Text</span> <input type="search" name="text" autocomplete="off" spellcheck="false" placeholder="id, title, message, facts"></label>
    ${choice(
      'Stage',
      'stage',
      present(
        stages,
        checks.map(({ stage }) => stage),
      ),
    )}
    ${choice(
      'Severity',
      'severity',
      present(
        severities,
        checks.map(({ severity }) => severity),
      ),
    )}
    <fieldset><legend>Status</legend>${present(
      statuses,
      checks.map(({ status }) => status),
    ).map(
      ({ name, count }) =>
        html`<label class="chip ${tones[name]}"><input type="checkbox" name="status" value="${name}"> <span>${icon(name)} ${name} <span class="count">${count}</span></span></label>`,
    )}</fieldset>
    <p class="shown"><output id="shown">${checks.length} of ${checks.length} shown</output> <span class="buttons"><button type="reset">Show all</button> <button type="button" id="unfold">Open all</button></span></p>
  </form>`
}

function choice(
  label: string,
  name: string,
  options: readonly { readonly name: string; readonly count: number }[],
): Markup {
  return html`<label><span>${label}</span> <select name="${name}"><option value="">all</option>${options.map((option) => html`<option value="${option.name}">${option.name} (${option.count})</option>`)}</select></label>`
}

/** Those of the words that occur, in their order, and how often. */
function present<Word extends string>(
  words: readonly Word[],
  met: readonly Word[],
): readonly { readonly name: Word; readonly count: number }[] {
  return words
    .map((name) => ({ name, count: met.filter((each) => each === name).length }))
    .filter(({ count }) => count > 0)
}
