import { testFaults } from './fault-group.js'

testFaults(['servers'])
