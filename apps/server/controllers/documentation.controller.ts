import { Controller, Get, Header, Inject, Query, Req } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';
import { z } from 'zod';
import { Public, Says } from '../access.js';
import { demoLogins, demoPassword } from '../demo-staff.js';
import { serverDeps, type ServerDeps } from '../deps.js';
import { Documentation, documentationPage, operationsOf, pageStyle } from '../documentation.js';
import { languageOf } from '../problem.js';
import { headerOf, type ServerRequest } from '../request.js';

const pageQuery = z.object({ lang: z.enum(['zh', 'en']).optional() });

@Controller()
export class DocumentationController {
  constructor(
    @Inject(serverDeps) private readonly deps: ServerDeps,
    @Inject(Documentation) private readonly documentation: Documentation,
  ) {}

  @Get('api/v1/openapi.json')
  @Public()
  @Says('OpenAPI 说明', 'The OpenAPI document')
  openApi(): OpenAPIObject {
    return this.documentation.document;
  }

  @Get()
  @Public()
  @Header('content-type', 'text/html; charset=utf-8')
  @Says('接口说明页', 'The documentation page')
  page(
    @Query({ schema: pageQuery }) { lang }: z.infer<typeof pageQuery>,
    @Req() request: ServerRequest,
  ): string {
    const { version, demo } = this.deps;
    const language = lang ?? languageOf(headerOf(request, 'accept-language'));
    return documentationPage(
      {
        version,
        demo: demo ? { logins: demoLogins, password: demoPassword } : undefined,
        operations: operationsOf(this.documentation.document),
      },
      language,
    );
  }

  @Get('page.css')
  @Public()
  @Header('content-type', 'text/css; charset=utf-8')
  @Says('说明页的样式', "The documentation page's style")
  style(): string {
    return pageStyle;
  }
}
