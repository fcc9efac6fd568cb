import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { generatedFiles } from '../../scripts/reference/generated-files.js'

it('the generated pages and schemas are what the code and the packs give; if not, run `npm run generate`', async () => {
  for (const [file, text] of Object.entries(await generatedFiles())) {
    expect(readFileSync(join(import.meta.dirname, '../..', file), 'utf8'), file).toBe(text)
  }
})
