import { BareValues, type TextEnds } from './bare-values.js'
import { publicWindows } from './common-text.js'
import { formsOf } from './forms.js'
import type { KnownSecret } from './known-secret.js'
import { MARKER } from './marker.js'
import { isMaskable, isTelling } from './maskable.js'
import { piecesOf } from './pieces.js'
import type { Reading } from './text-units.js'
import type { Span } from './span.js'
import { WholeIndex } from './whole-index.js'
import { WINDOW, WindowIndex, type OwnedForm } from './window-index.js'

/** Where the markers stand that an earlier pass left. */
function markersIn(text: string): Span[] {
  const spans: Span[] = []
  for (let at = text.indexOf(MARKER); at >= 0; at = text.indexOf(MARKER, at + MARKER.length)) {
    spans.push({ start: at, end: at + MARKER.length })
  }
  return spans
}

type WindowTest = (window: string) => boolean

/** Whether one of a value's windows is such. */
function someWindow(text: string, test: WindowTest): boolean {
  for (let at = 0; at + WINDOW <= text.length; at++) if (test(text.slice(at, at + WINDOW))) return true
  return false
}

/** A row of one letter or digit: no window of it says anything, and the whole does. */
const ROW = /^([\p{L}\p{N}])\1{0,1024}$/u

/** Whether a value can be found: by its windows, or whole where it is too short to have one, or a row. */
function canBeFound(text: string, isPublic: WindowTest): boolean {
  return text.length < WINDOW || someWindow(text, (window) => !isPublic(window)) || ROW.test(text)
}

/** The secrets whose values are known, ready to be found in any text in any of their forms. */
export class KnownValues {
  /** Names of variables whose value is too short or too common to be masked wherever it occurs. */
  readonly unmaskable: readonly string[]
  /** Names of variables of which something is masked wherever it occurs. */
  readonly masked: readonly string[]
  readonly #names: readonly string[]
  readonly #windows: WindowIndex
  readonly #wholes: WholeIndex
  /** What is not masked, for the gates that ask whether it stands in a text. */
  readonly #bare: BareValues

  constructor(knowledge: readonly KnownSecret[], publicText: readonly string[]) {
    const names = [...new Set(knowledge.map((secret) => secret.name))]
    const forms: OwnedForm[] = []
    const unmaskable = new Set<string>()
    const bare: OwnedForm[] = []
    const isPublic = publicWindows(publicText, WINDOW)
    for (const secret of knowledge) {
      const owner = names.indexOf(secret.name)
      for (const piece of piecesOf(secret)) {
        if (isMaskable(piece, publicText) && canBeFound(piece.text, isPublic)) {
          forms.push(...formsOf(piece.text).map((text) => ({ text, owner })))
        } else if (piece.primary && piece.text !== '') {
          unmaskable.add(secret.name)
          if (piece.named || secret.isPresumed !== true || isTelling(piece, publicText))
            bare.push({ text: piece.text, owner })
        }
      }
    }
    this.unmaskable = [...unmaskable]
    this.masked = names.filter((_, owner) => forms.some((form) => form.owner === owner))
    this.#names = names
    this.#windows = new WindowIndex(forms, isPublic)
    // Also what a window that says nothing is a part of: the other windows would leave that part.
    this.#wholes = new WholeIndex(forms.filter(({ text }) => text.length < WINDOW || someWindow(text, isPublic)))
    this.#bare = new BareValues(bare)
  }

  /** The stretches of a text that belong to a secret. */
  find(reading: Reading): Span[] {
    const barriers = markersIn(reading.text)
    return [...this.#windows.find(reading, barriers), ...this.#wholes.find(reading, barriers)]
  }

  /** The names of the secrets of which something stands in a text. */
  namesIn(reading: Reading): string[] {
    const barriers = markersIn(reading.text)
    const owners = new Set<number>()
    this.#windows.find(reading, barriers, owners)
    this.#wholes.find(reading, barriers, owners)
    return [...owners].map((owner) => this.#names[owner] ?? '')
  }

  /** Whether `bareNamesIn` has something to look for. */
  get hasBare(): boolean {
    return !this.#bare.isEmpty
  }

  /** The names of the secrets that cannot be masked and stand for themselves in one of these texts. */
  bareNamesIn(texts: readonly string[], ends: TextEnds): string[] {
    const owners = new Set<number>()
    for (const text of texts) this.#bare.collect(text, ends, owners)
    return [...owners].map((owner) => this.#names[owner] ?? '')
  }
}
