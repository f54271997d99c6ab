import { App } from 'aws-cdk-lib';
import { checkWithNag, SpoorloosStack } from '../lib/infra/stack.ts';

const app = new App();
checkWithNag(app);
new SpoorloosStack(app, 'Spoorloos');
app.synth();
