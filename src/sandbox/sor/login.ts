import { Refusal, success } from './answers.ts';
import { bodyOf } from './bodies.ts';
import type { SorHandler } from './routes.ts';

/** Hands out a token for the right e-mail and password. */
export const login: SorHandler = async (sor, request) => {
  const { email, password } = await bodyOf(request);
  const token = sor.tokens.login(email, password);
  if (!token) throw new Refusal(401, 'Wrong email or password');
  return success({ auth_token: token });
};
