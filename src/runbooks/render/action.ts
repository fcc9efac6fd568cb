import { Document, isScalar, visit } from 'yaml'
import { fence } from '../../base/text/markdown-text.js'
import { commandLine } from '../../base/text/shell-words.js'
import { isMapping } from './written.js'

/**
 * An action as its file says it, for a person who may have to do it by hand: a command line, a script, or the settings.
 */
export function actionBlock(written: unknown): string {
  if (Array.isArray(written) && written.every((word) => typeof word === 'string'))
    return fence(commandLine(written), 'sh')
  if (typeof written === 'string') return fence(written, 'text')
  return fence(yamlText(written), 'yaml')
}

/** A choice without the steps of its alternatives, which stand below it by themselves. */
export function choiceBlock(written: unknown): string {
  if (!isMapping(written)) return actionBlock(written)
  const { options, ...rest } = written
  return actionBlock({ ...rest, options: isMapping(options) ? Object.keys(options) : [] })
}

/** YAML in which lists of plain values stay on their line and long lines are not folded. */
export function yamlText(value: unknown): string {
  const document = new Document(value, { aliasDuplicateObjects: false })
  visit(document, {
    Seq(_key, list) {
      if (list.items.length > 0 && list.items.every((item) => isScalar(item) && !String(item.value).includes('\n')))
        list.flow = true
    },
  })
  return document.toString({ lineWidth: 0, flowCollectionPadding: false }).trimEnd()
}
