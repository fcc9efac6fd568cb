/* global document, getComputedStyle, innerHeight, NodeFilter, SVGElement */
// What tests ask of a page. It runs in the browser, where it becomes `inspect`.
;(() => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
  const colours = new Map()

  /** A CSS colour as red, green, blue (0 to 255) and opacity (0 to 1). */
  const colourOf = (css) => {
    const known = colours.get(css)
    if (known !== undefined) return known
    canvas.clearRect(0, 0, 1, 1)
    canvas.fillStyle = css
    canvas.fillRect(0, 0, 1, 1)
    const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data
    const colour = [red, green, blue, alpha / 255]
    colours.set(css, colour)
    return colour
  }

  const over = (above, below) => [
    ...[0, 1, 2].map((index) => above[index] * above[3] + below[index] * (1 - above[3])),
    1,
  ]

  /** The nearest ground that is opaque, with the translucent ones above it laid over it. */
  const groundOf = (element) => {
    const above = []
    for (let at = element; at !== null; at = at.parentElement) {
      const colour = colourOf(getComputedStyle(at).backgroundColor)
      above.push(colour)
      if (colour[3] === 1) break
    }
    return above.reduceRight((below, colour) => over(colour, below), [255, 255, 255, 1])
  }

  const luminance = (colour) => {
    const [red, green, blue] = colour
      .slice(0, 3)
      .map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }

  const contrast = (ink, ground) => {
    const [light, dark] = [luminance(ink), luminance(ground)].sort((a, b) => b - a)
    return (light + 0.05) / (dark + 0.05)
  }

  const isVisible = (element) => element.checkVisibility({ contentVisibilityAuto: true, visibilityProperty: true })

  globalThis.inspect = {
    /**
     * Texts with less contrast than WCAG 2.2 asks for at level AA: 4.5, or 3 for large letters (24 px, or 18.66 px and
     * bold).
     */
    faintTexts() {
      const faint = []
      let looked = 0
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
      for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
        const element = node.parentElement
        if (node.textContent.trim() === '' || element.closest('script, style') !== null || !isVisible(element)) continue
        looked += 1
        const style = getComputedStyle(element)
        const ground = groundOf(element)
        const ratio = contrast(over(colourOf(element instanceof SVGElement ? style.fill : style.color), ground), ground)
        const size = Number.parseFloat(style.fontSize)
        const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700)
        if (ratio < (isLarge ? 3 : 4.5)) faint.push(`${ratio.toFixed(2)} ${node.textContent.trim().slice(0, 60)}`)
      }
      return { looked, faint }
    },

    /** Pixels by which the page is wider than its window. */
    overflow: () => document.documentElement.scrollWidth - document.documentElement.clientWidth,

    unfold() {
      for (const row of document.querySelectorAll('[hidden]')) row.hidden = false
      for (const details of document.querySelectorAll('details')) details.open = true
    },

    /** Ids of the checks of which something cannot be seen. */
    unseen: () =>
      [...document.querySelectorAll('.checks > li')]
        .filter(
          (row) =>
            row.querySelector('.body dd') === null ||
            ![...row.querySelectorAll('summary, .body, .body dd')].every(isVisible),
        )
        .map((row) => row.querySelector('code').textContent),

    shownIds: () =>
      [...document.querySelectorAll('.checks > li')]
        .filter(isVisible)
        .map((row) => row.querySelector('code').textContent),

    headingLevels: () =>
      [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].map((heading) => Number(heading.tagName.slice(1))),

    namelessControls: () =>
      [...document.querySelectorAll('a, button, input, select, summary')]
        .filter((control) => `${control.textContent}${control.labels?.[0]?.textContent ?? ''}`.trim() === '')
        .map((control) => control.outerHTML),

    danglingLinks: () =>
      [...document.querySelectorAll('a')]
        .map((link) => link.getAttribute('href'))
        .filter((target) => document.getElementById(target.slice(1)) === null),

    repeatedIds: () =>
      [...document.querySelectorAll('[id]')].map(({ id }) => id).filter((id, index, ids) => ids.indexOf(id) !== index),

    /** Whether the element of an id is open and within the window. */
    isShownOpen(id) {
      const details = document.getElementById(id)
      const { top } = details.getBoundingClientRect()
      return details.open && top >= 0 && top < innerHeight
    },

    /** The reasons for the verdict. */
    verdictLook() {
      const verdict = document.querySelector('.masthead > .verdict')
      const style = getComputedStyle(verdict)
      return {
        heading: verdict.querySelector('h1').textContent.trim(),
        ground: style.backgroundColor,
        border: style.borderTopStyle,
      }
    },

    bars: () =>
      [...document.querySelectorAll('.lane rect')].map((bar) => ({
        x: Number.parseFloat(bar.getAttribute('x')),
        width: Number.parseFloat(bar.getAttribute('width')),
        height: bar.getBoundingClientRect().height,
      })),

    /** The drawing of the needs: the column and the check of each row. */
    drawnNeeds: () =>
      [...document.querySelectorAll('.needs li')].map(
        (row) => `${row.className} ${row.querySelector('code').textContent}`,
      ),

    pageGround: () => getComputedStyle(document.body).backgroundColor,

    /** What a document would have brought into the page, if it could bring in anything. */
    intruders: () =>
      [...document.querySelectorAll('*')]
        .filter((element) => !isOwn(element))
        .map((element) => element.outerHTML.slice(0, 200)),
  }

  /** Whether an element may be in the page: no handler, no style, nothing that loads. */
  function isOwn(element) {
    if (
      [...element.attributes].some(
        ({ name, value }) => name.startsWith('on') || name === 'style' || /^\s*javascript:/i.test(value),
      )
    )
      return false
    if (element.matches('img, iframe, object, embed, base, form:not(#filters), link:not([rel="icon"])')) return false
    return (
      !element.matches('script, style') ||
      element === document.querySelector('head > style') ||
      element === document.querySelector('body > script:last-child')
    )
  }
})()
