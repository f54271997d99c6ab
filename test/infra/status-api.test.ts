import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../lib/infra/config.ts';
import { exampleConfig, ofType, only, resourcesOf, text } from '../support/template.ts';

const withApi = (statusApi: object) => resourcesOf(parseConfig({ channels: [{ name: 'main', statusApi }] }));
const signed = withApi({});
const tokens = resourcesOf(exampleConfig('full'));

describe('the API for the status of documents', () => {
  test('is there only where a channel asks for it', () => {
    expect(ofType(resourcesOf(), 'AWS::ApiGatewayV2::Api')).toEqual([]);
    expect(ofType(signed, 'AWS::ApiGatewayV2::Api')).toHaveLength(1);
  });

  test('has one route, for reading, and nobody gets at it unasked', () => {
    for (const [all, type] of [
      [signed, 'AWS_IAM'],
      [tokens, 'JWT'],
    ] as const) {
      const routes = ofType(all, 'AWS::ApiGatewayV2::Route').filter(([id]) => id.includes('StatusApi'));
      expect(routes).toHaveLength(1);
      for (const [, { Properties }] of routes)
        expect(Properties).toMatchObject({ RouteKey: 'GET /status', AuthorizationType: type });
      // No other page may have a browser ask in somebody's name.
      for (const [, { Properties }] of ofType(all, 'AWS::ApiGatewayV2::Api'))
        expect(Properties.CorsConfiguration).toBeUndefined();
    }
  });

  test('takes tokens of the one issuer, for the audience and with the scope that are named', () => {
    const [, authorizer] = only(tokens, 'AWS::ApiGatewayV2::Authorizer', 'StatusApi');
    expect(authorizer.Properties.JwtConfiguration).toEqual({
      Audience: ['documents'],
      Issuer: 'https://login.example.org/',
    });
    const [, route] = only(tokens, 'AWS::ApiGatewayV2::Route', 'StatusApi');
    expect(route.Properties.AuthorizationScopes).toEqual(['status']);
  });

  test('answers so many in a second and no more', () => {
    const limits = (all: typeof signed) => only(all, 'AWS::ApiGatewayV2::Stage', 'StatusApi')[1].Properties;
    expect(limits(signed).DefaultRouteSettings).toEqual({ ThrottlingRateLimit: 10, ThrottlingBurstLimit: 20 });
    expect(limits(withApi({ perSecond: 3, burst: 4 })).DefaultRouteSettings).toEqual({
      ThrottlingRateLimit: 3,
      ThrottlingBurstLimit: 4,
    });
    const [, { Properties }] = only(signed, 'AWS::Lambda::Function', 'StatusApi');
    expect(Properties.ReservedConcurrentExecutions).toBe(5);
  });

  test('writes down neither the key nor who asked', () => {
    const [, { Properties }] = only(signed, 'AWS::ApiGatewayV2::Stage', 'StatusApi');
    const format = text(Properties.AccessLogSettings);
    expect(format).toContain('$context.requestId');
    expect(format).not.toMatch(/query|\$context\.(path|identity|authorizer\.(claims|principal)|routeKey)/);
  });

  test('may be called as the API alone, and by no other of its kind', () => {
    const [, { Properties }] = only(signed, 'AWS::Lambda::Permission', 'StatusApi');
    const [api] = only(signed, 'AWS::ApiGatewayV2::Api', 'StatusApi');
    expect(Properties).toMatchObject({ Action: 'lambda:InvokeFunction', Principal: 'apigateway.amazonaws.com' });
    expect(text(Properties.SourceArn)).toContain(api);
  });

  test('is not there with settings that are none', () => {
    for (const statusApi of [
      { jwt: { issuer: 'http://login.example.org', audience: ['a'] } },
      { jwt: {} },
      { open: true },
    ])
      expect(() => withApi(statusApi)).toThrow('statusApi');
  });
});
