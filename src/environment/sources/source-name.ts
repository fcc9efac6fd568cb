import { UsageError } from '../../base/errors.js'

/**
 * Takes `FILE#NAME` apart at the last `#`.
 *
 * @param form how it should be written, for the message
 * @throws UsageError when either side is empty
 */
export function splitSourceName(text: string, form: string): { readonly file: string; readonly name: string } {
  const hash = text.lastIndexOf('#')
  const [file, name] = [text.slice(0, Math.max(0, hash)), text.slice(hash + 1)]
  if (hash === -1 || file === '' || name === '')
    throw new UsageError(`${text} does not say what of which file: ${form} does`, { hint: `write it as ${form}` })
  return { file, name }
}
