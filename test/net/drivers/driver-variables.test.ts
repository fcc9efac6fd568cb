import { expect, it } from 'vitest'
import { driverNamed, driverNames, driverVariables } from '../../../src/net/drivers/known.js'
import { Secret } from '../../../src/redaction/secret-value.js'
import { readVectors } from './vectors.js'

it.each(driverNames())('%s declares every variable that it asks for over the recorded URLs, and no other', (name) => {
  const asked = new Set<string>()
  for (const { url, environment = {} } of readVectors(name).vectors as readonly {
    readonly url: string
    readonly environment?: Readonly<Record<string, string>>
  }[])
    driverNamed(name).read(new Secret(url), {
      home: undefined,
      variable(variable) {
        asked.add(variable)
        return environment[variable]
      },
    })
  expect([...asked].toSorted()).toEqual(driverVariables(name).toSorted())
})

it('nothing is declared by a name that no driver has, as a file may hold it', () => {
  expect([driverVariables('constructor'), driverVariables(undefined)]).toEqual([[], []])
})
