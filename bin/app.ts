import { App } from 'aws-cdk-lib';
import { readConfig } from '../lib/infra/read-config.ts';
import { checkWithNag, SpoorloosStack } from '../lib/infra/stack.ts';
import { policyFor } from '../lib/tools.ts';

const app = new App();
checkWithNag(app);
const config = readConfig(app.node);
// A rule for a carrier that does not exist fails here, not at the first document.
for (const { policy } of config.channels) policyFor(policy);
new SpoorloosStack(app, config);
app.synth();
