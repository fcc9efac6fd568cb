import { publicWindows } from './common-text.js'
import { formsOf } from './forms.js'
import type { KnownSecret } from './known-secret.js'
import { MARKER } from './marker.js'
import { isMaskable } from './maskable.js'
import { piecesOf } from './pieces.js'
import type { Reading } from './reading.js'
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

/** Whether a value is found by its windows, or too short to have one; a row of one sign has none that says anything. */
function hasWindow(text: string, isPublic: (window: string) => boolean): boolean {
  if (text.length < WINDOW) return true
  for (let at = 0; at + WINDOW <= text.length; at++) if (!isPublic(text.slice(at, at + WINDOW))) return true
  return false
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

  constructor(knowledge: readonly KnownSecret[], publicText: readonly string[]) {
    const names = [...new Set(knowledge.map((secret) => secret.name))]
    const forms: OwnedForm[] = []
    const unmaskable = new Set<string>()
    const isPublic = publicWindows(publicText, WINDOW)
    for (const secret of knowledge) {
      const owner = names.indexOf(secret.name)
      for (const piece of piecesOf(secret)) {
        const isFound = hasWindow(piece.text, isPublic) || /^([\p{L}\p{N}])\1{0,1024}$/u.test(piece.text)
        if (isMaskable(piece, publicText) && isFound) {
          forms.push(...formsOf(piece.text).map((text) => ({ text, owner })))
        } else if (piece.primary && piece.text !== '') unmaskable.add(secret.name)
      }
    }
    this.unmaskable = [...unmaskable]
    this.masked = names.filter((_, owner) => forms.some((form) => form.owner === owner))
    this.#names = names
    this.#windows = new WindowIndex(forms, isPublic)
    this.#wholes = new WholeIndex(forms.filter((form) => form.text.length < WINDOW || !hasWindow(form.text, isPublic)))
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
}
