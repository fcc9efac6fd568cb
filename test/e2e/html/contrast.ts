/** A text on the page whose letters stand out too little from what is behind them. */
export interface FaintText {
  readonly text: string
  readonly ratio: number
}

/**
 * The texts with less contrast than WCAG 2.2 asks for at level AA: 4.5, or 3 for large letters (24 px, or 18.66 px and bold). It runs in the
 * page. The ground is the nearest one that is opaque, with the translucent ones above it laid over it.
 *
 * @returns how many texts were looked at, and those that are too faint
 */
export function faintTexts(): { readonly looked: number; readonly faint: readonly FaintText[] } {
  type Colour = readonly [number, number, number, number]
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })!
  const known = new Map<string, Colour>()
  const colourOf = (css: string): Colour => {
    const before = known.get(css)
    if (before !== undefined) return before
    canvas.clearRect(0, 0, 1, 1)
    canvas.fillStyle = css
    canvas.fillRect(0, 0, 1, 1)
    const [red = 0, green = 0, blue = 0, alpha = 0] = canvas.getImageData(0, 0, 1, 1).data
    const colour = [red, green, blue, alpha / 255] as const
    known.set(css, colour)
    return colour
  }
  const over = (above: Colour, below: Colour): Colour => {
    const mix = (index: 0 | 1 | 2): number => above[index] * above[3] + below[index] * (1 - above[3])
    return [mix(0), mix(1), mix(2), 1]
  }
  const groundOf = (element: Element): Colour => {
    const above: Colour[] = []
    for (let at: Element | null = element; at !== null; at = at.parentElement) {
      const colour = colourOf(getComputedStyle(at).backgroundColor)
      above.push(colour)
      if (colour[3] === 1) break
    }
    return above.reduceRight((below, colour) => over(colour, below), [255, 255, 255, 1] as Colour)
  }
  const luminance = ([red, green, blue]: Colour): number => {
    const linear = [red, green, blue].map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4))
    return 0.2126 * linear[0]! + 0.7152 * linear[1]! + 0.0722 * linear[2]!
  }
  const faint: FaintText[] = []
  let looked = 0
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const element = node.parentElement
    const text = node.textContent.trim()
    if (element === null || text === '' || element.closest('script, style') !== null || element.getClientRects().length === 0) continue
    looked += 1
    const style = getComputedStyle(element)
    const ground = groundOf(element)
    const ink = over(colourOf(element instanceof SVGElement ? style.fill : style.color), ground)
    const [light, dark] = [luminance(ink), luminance(ground)].toSorted((a, b) => b - a)
    const ratio = (light! + 0.05) / (dark! + 0.05)
    const size = Number.parseFloat(style.fontSize)
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700)
    if (ratio < (isLarge ? 3 : 4.5)) faint.push({ text: text.slice(0, 60), ratio: Math.round(ratio * 100) / 100 })
  }
  return { looked, faint }
}
