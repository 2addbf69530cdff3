"""The two plain pages in front of the editor: to log in, and for an admin to keep the accounts."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from importlib import resources
from string import Template

from corpus.accounts import ROLES, SHORTEST, Account


def login_page(problem: str = "", name: str = "", report: str = "") -> str:
    """The page to log in; ``report`` is the report that was asked for, ``name`` what was typed before."""
    body = f"""
<h1>项目绩效自评</h1>
<p class="soft">请用本单位分配的用户名登录。</p>
{_told(problem, "problem")}
<form class="login" method="post" action="/login">
  <label for="name">用户名</label>
  <input id="name" name="name" value="{escape(name)}" autocomplete="username" maxlength="100" required autofocus>
  <label for="password">密码</label>
  <input id="password" name="password" type="password" autocomplete="current-password" maxlength="200" required>
  <input type="hidden" name="report" value="{escape(report)}">
  <button>登录</button>
</form>
<p class="soft" style="margin: 20px 0 0">忘记密码，请联系管理人员。</p>"""
    return _page("登录", "400px", body)


def users_page(people: Sequence[Account], me: Account, said: str = "", problem: str = "") -> str:
    """The page on which an admin adds and removes people and gives them passwords."""
    rows = "".join(_row(one, one.id == me.id) for one in people)
    roles = "".join(f'<option value="{role}">{label}</option>' for role, label in ROLES.items())
    editor = '<a href="/">打开编辑页面</a>' if me.units else ""
    body = f"""
<div class="bar"><h1>用户</h1><span class="soft">{escape(me.name)}　{editor}</span>
<form method="post" action="/logout"><button class="plain">退出</button></form></div>
{_told(said, "said")}{_told(problem, "problem")}
<table><thead><tr><th>用户名</th><th>角色</th><th>单位</th><th>新密码</th><th></th></tr></thead>
<tbody>{rows}</tbody></table>
<h2>增加用户</h2>
<form method="post" action="/users">
  <input type="hidden" name="do" value="add">
  <label for="name">用户名</label>
  <input id="name" name="name" maxlength="64" autocomplete="off" required>
  <label for="role">角色</label><select id="role" name="role">{roles}</select>
  <label for="units">单位</label>
  <input id="units" name="units" autocomplete="off"
    placeholder="填报人员填一个；复核人员可填多个，用顿号隔开；管理人员可不填">
  <label for="password">密码（至少 {SHORTEST} 个字符）</label>
  <input id="password" name="password" type="password" autocomplete="new-password" maxlength="200" required>
  <button>增加</button>
</form>
<p class="soft" style="margin: 16px 0 0">填报人员填写本单位的报告；复核人员只查看、核对和导出所列单位的报告；
管理人员只管理用户，另填单位的才能查看其报告。</p>"""
    return _page("用户", "900px", body)


def _row(one: Account, is_me: bool) -> str:
    name = f'<input type="hidden" name="name" value="{escape(one.name)}">'
    remove = f"""<form method="post" action="/users">{name}
<button class="remove" name="do" value="remove">移除</button></form>"""
    return f"""<tr><td>{escape(one.name)}</td><td>{ROLES[one.role]}</td>
<td>{escape("、".join(one.units)) or "—"}</td>
<td><form method="post" action="/users">{name}
<input name="password" type="password" aria-label="{escape(one.name)}的新密码" autocomplete="new-password"
maxlength="200" required><button class="plain" name="do" value="password">更改</button></form></td>
<td>{"" if is_me else remove}</td></tr>"""


def _told(text: str, kind: str) -> str:
    return f'<p class="{kind}" role="alert">{escape(text)}</p>' if text else ""


def _page(title: str, width: str, body: str) -> str:
    template = resources.files("ui.page").joinpath("static", "plain.html").read_text("utf-8")
    return Template(template).substitute(title=title, width=width, body=body)
