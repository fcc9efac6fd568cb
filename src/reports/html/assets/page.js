'use strict'
{
  const form = document.getElementById('filters')
  const rows = [...document.querySelectorAll('.checks > li')]
  const texts = new Map()

  const textOf = (row) => {
    if (!texts.has(row)) texts.set(row, row.textContent.toLowerCase())
    return texts.get(row)
  }

  const narrow = () => {
    const given = new FormData(form)
    const words = String(given.get('text')).toLowerCase().split(/\s+/).filter((word) => word !== '')
    const wanted = { status: given.getAll('status'), stage: given.getAll('stage').filter((stage) => stage !== ''), severity: given.getAll('severity').filter((severity) => severity !== '') }
    const isChosen = (row) => Object.entries(wanted).every(([name, values]) => values.length === 0 || values.includes(row.dataset[name]))
    let shown = 0
    for (const row of rows) {
      row.hidden = !(isChosen(row) && words.every((word) => textOf(row).includes(word)))
      if (!row.hidden) shown += 1
    }
    // What is green is folded until something narrows the list down.
    for (const greens of document.querySelectorAll('.greens')) {
      const isEmpty = greens.querySelector('.checks > li:not([hidden])') === null
      greens.hidden = isEmpty
      greens.open = !isEmpty && (shown < rows.length || greens.querySelector('.checks > li > details[open]') !== null)
    }
    for (const stage of document.querySelectorAll('.stage')) stage.hidden = stage.querySelector('.checks > li:not([hidden])') === null
    document.getElementById('shown').value = shown + ' of ' + rows.length + ' shown'
  }

  if (form !== null) {
    form.hidden = false
    form.addEventListener('input', narrow)
    form.addEventListener('change', narrow)
    form.addEventListener('submit', (event) => event.preventDefault())
    // The fields have their old values until the event is over.
    form.addEventListener('reset', () => setTimeout(narrow))
    const unfold = document.getElementById('unfold')
    unfold.addEventListener('click', () => {
      const isOpening = unfold.textContent === 'Open all'
      for (const greens of document.querySelectorAll('.greens')) greens.open = isOpening
      for (const row of rows) if (!row.hidden || !isOpening) row.querySelector('details').open = isOpening
      unfold.textContent = isOpening ? 'Close all' : 'Open all'
    })
    // A browser that comes back to the page fills the fields in again.
    narrow()
  }

  const follow = () => {
    let name = ''
    try {
      name = decodeURIComponent(location.hash.slice(1))
    } catch {
      return
    }
    const target = name === '' ? null : document.getElementById(name)
    if (target === null) return
    const row = target.closest('.checks > li')
    if (row !== null && row.hidden) {
      form.reset()
      for (const each of rows) each.hidden = false
      for (const part of document.querySelectorAll('.stage, .greens')) part.hidden = false
    }
    for (let at = target; at !== null; at = at.parentElement) if (at instanceof HTMLDetailsElement) at.open = true
    target.scrollIntoView()
  }
  addEventListener('hashchange', follow)
  // A second click on the same link changes no hash.
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a[href^="#"]') : null
    if (link !== null && link.getAttribute('href') === location.hash) follow()
  })
  follow()

  let opened = []
  addEventListener('beforeprint', () => {
    opened = [...document.querySelectorAll('details:not([open])')]
    for (const details of opened) details.open = true
  })
  addEventListener('afterprint', () => {
    for (const details of opened) details.open = false
    opened = []
  })
}
