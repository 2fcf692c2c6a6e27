import type { HttpKit, Run } from "@backend/kit/http.ts";
import { Elysia } from "elysia";
import { changeCategory, createCategory, listCategories } from "./actions/categories.ts";
import { changeField, createField, deleteField, listFields } from "./actions/fields.ts";
import { createTag, deleteTag, listTags, renameTag } from "./actions/tags.ts";
import {
  Category,
  CategoryBody,
  CategoryList,
  CategoryParams,
  Change,
  ChangeCategoryBody,
  ChangeFieldBody,
  Field,
  FieldBody,
  FieldList,
  FieldParams,
  Tag,
  TagBody,
  TagList,
  TagListQuery,
  TagParams,
} from "./contracts.ts";

const seeing = { access: { permission: "audience.read" } } as const;
const managing = { access: { permission: "audience.manage" } } as const;

/** What a workspace keeps of its people: tags, fields, and the kinds of messages they may refuse. */
export const catalogRoutes = (http: HttpKit, run: Run) =>
  new Elysia({ name: "audience-catalog", detail: { tags: ["Audience"] } })
    .use(http)
    .get("/tags", ({ actor, requestId, query }) => run(listTags, { actor, requestId }, query), {
      ...seeing,
      query: TagListQuery,
      response: { 200: TagList },
    })
    .post("/tags", ({ actor, requestId, once, body }) => run(createTag, { actor, requestId, once }, body), {
      creates: true,
      ...managing,
      body: TagBody,
      response: { 200: Tag },
    })
    .patch(
      "/tags/:tagId",
      ({ actor, requestId, params, body }) => run(renameTag, { actor, requestId }, { ...params, ...body }),
      { ...managing, params: TagParams, body: TagBody, response: { 200: Tag } },
    )
    .delete("/tags/:tagId", ({ actor, requestId, params }) => run(deleteTag, { actor, requestId }, params), {
      ...managing,
      params: TagParams,
      response: { 200: Change },
    })
    .get("/fields", ({ actor, requestId }) => run(listFields, { actor, requestId }, {}), {
      ...seeing,
      response: { 200: FieldList },
    })
    .post("/fields", ({ actor, requestId, once, body }) => run(createField, { actor, requestId, once }, body), {
      creates: true,
      ...managing,
      body: FieldBody,
      response: { 200: Field },
    })
    .patch(
      "/fields/:fieldId",
      ({ actor, requestId, params, body }) => run(changeField, { actor, requestId }, { ...params, ...body }),
      { ...managing, params: FieldParams, body: ChangeFieldBody, response: { 200: Field } },
    )
    .delete("/fields/:fieldId", ({ actor, requestId, params }) => run(deleteField, { actor, requestId }, params), {
      ...managing,
      params: FieldParams,
      response: { 200: Change },
    })
    .get("/categories", ({ actor, requestId }) => run(listCategories, { actor, requestId }, {}), {
      ...seeing,
      response: { 200: CategoryList },
    })
    .post("/categories", ({ actor, requestId, once, body }) => run(createCategory, { actor, requestId, once }, body), {
      creates: true,
      ...managing,
      body: CategoryBody,
      response: { 200: Category },
    })
    .patch(
      "/categories/:categoryId",
      ({ actor, requestId, params, body }) => run(changeCategory, { actor, requestId }, { ...params, ...body }),
      { ...managing, params: CategoryParams, body: ChangeCategoryBody, response: { 200: Category } },
    );
